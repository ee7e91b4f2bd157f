import { createForwardPass } from '../compile/forwardPass.js'
import { inspect } from '../explain/inspect.js'
import type { NodeValue } from '../explain/leaves.js'
import { checkCircuit } from '../graph/checkCircuit.js'
import { type Circuit, sizeOf } from '../graph/graph.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import { log64 } from '../program/elementary/index.js'

export interface TangentConfig {
  /** The scalar output l. Default: the only output. */
  readonly output?: string
  /** The distances ε along v. Default: two per decade, from 1e-1 to 1e-5. */
  readonly steps?: readonly number[]
}

export interface TangentReport {
  readonly steps: readonly number[]
  /** The errors |l(θ + εv) − l(θ) − ε∇l·v|, one for each ε. */
  readonly errors: readonly number[]
  /**
   * The slope of log error over log ε, by least squares: 2 if the gradient is right and l is curved, 1 if it is wrong.
   */
  readonly slope: number
}

const STEPS: readonly number[] = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5]

/**
 * Measures the error of the linear approximation of the loss along a direction v: l(θ + εv) ≈ l(θ) + ε∇l(θ)·v. Inputs
 * and weights that v does not name are held constant.
 *
 * @example
 * const l = circuit(({ input, exp }) => ({ l: exp(input('x')) }))
 * tangentError(l, { x: 3 }, { x: 1 }).slope   // 2: the error goes with ε²
 */
export const tangentError = (
  circuit: Circuit,
  values: Readonly<Record<string, NodeValue>>,
  direction: Readonly<Record<string, NodeValue>>,
  config?: TangentConfig,
): TangentReport => {
  const { output, steps } = optionsOf('tangentError', config, { output: undefined, steps: STEPS })
  checkCircuit('tangentError: the circuit', circuit)
  if (typeof direction !== 'object' || direction === null)
    throw new TypeError(`tangentError: the direction is ${shown(direction)}; expected numbers by name, as in { x: 1 }.`)
  const pass = inspect(circuit, values, output === undefined ? {} : { output })
  const target = circuit.outputs[pass.output]
  const size = sizeOf(circuit.nodes[target]?.shape ?? [])
  if (size !== 1) throw new RangeError(`tangentError: '${pass.output}' has ${size} numbers; expected a scalar.`)

  const forward = createForwardPass(circuit, [target])
  const moved: { numbers: ReturnType<typeof forward.numbers>; at: readonly number[]; v: readonly number[] }[] = []
  const unused = new Set(Object.keys(direction))
  let along = 0
  circuit.nodes.forEach(({ op, name = '' }, id) => {
    if (op !== 'input' && op !== 'weight') return
    const at = [pass.value(name)].flat()
    const given = direction[name] ?? 0
    const v = typeof given === 'number' ? at.map(() => given) : given
    if (!Array.isArray(v) || !v.every((x) => typeof x === 'number'))
      throw new TypeError(
        `tangentError: the direction of '${name}' is ${shown(v)}; expected a number, or a list of them.`,
      )
    if (v.length !== at.length)
      throw new RangeError(`tangentError: '${name}' has ${at.length} numbers; its direction has ${v.length}.`)
    unused.delete(name)
    const gradient = [pass.gradient(name)].flat()
    v.forEach((x, i) => {
      along += x * gradient[i]
    })
    moved.push({ numbers: forward.numbers(id), at, v })
  })
  if (unused.size > 0)
    throw new RangeError(`tangentError: the circuit has no input or weight '${[...unused].join("', '")}'.`)

  const loss = (step: number): number => {
    for (const { numbers, at, v } of moved)
      v.forEach((x, i) => {
        numbers[i] = at[i] + step * x
      })
    forward.run()
    return forward.numbers(target)[0]
  }
  const here = loss(0)
  const errors = steps.map((step) => Math.abs(loss(step) - here - step * along))
  return { steps, errors, slope: slopeOf(steps.map(log64), errors.map(log64)) }
}

/** Returns the slope of the least-squares line. */
const slopeOf = (x: readonly number[], y: readonly number[]): number => {
  const mean = (z: readonly number[]): number => z.reduce((a, b) => a + b, 0) / z.length
  const [mx, my] = [mean(x), mean(y)]
  const xx = x.reduce((total, v) => total + (v - mx) * (v - mx), 0)
  const xy = x.reduce((total, v, i) => total + (v - mx) * (y[i] - my), 0)
  return xy / xx
}
