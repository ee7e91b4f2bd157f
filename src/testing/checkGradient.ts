import { evaluateDual } from '../autodiff/duals/dual.js'
import { createForwardPass } from '../compile/forwardPass.js'
import { inspect } from '../explain/inspect.js'
import type { NodeValue } from '../explain/leaves.js'
import { checkCircuit } from '../graph/checkCircuit.js'
import type { Circuit } from '../graph/graph.js'
import { optionsOf } from '../options/optionsOf.js'
import { weighted } from './weighted.js'

export interface GradientConfig {
  /** The outputs to differentiate. Default: all of them. */
  readonly outputs?: readonly string[]
  /** Seeds the weights of the outputs' elements, if there are several. */
  readonly seed?: number
  /** The tolerance between reverse mode and dual numbers, relative to the largest gradient or 1. Default: 1e-12. */
  readonly exact?: number
  /** Half the width of a central difference. Default: 1e-6, as in PyTorch's gradcheck. */
  readonly epsilon?: number
  /** The tolerance between reverse mode and a difference d: absolute + relative·|d|. Default: 1e-5 and 1e-3. */
  readonly absolute?: number
  readonly relative?: number
}

/** One element of an input or weight for which two ways of differentiating disagree. */
export interface GradientFailure {
  readonly node: string
  /** Its index among the node's elements, row-major. */
  readonly element: number
  readonly reverse: number
  readonly against: 'dual numbers' | 'central differences'
  readonly expected: number
}

export interface GradientReport {
  /** The number of elements that were checked. */
  readonly elements: number
  /** The largest deviation from dual numbers, relative to the largest gradient or 1. */
  readonly dualError: number
  /** The largest deviation from central differences. */
  readonly differenceError: number
  readonly failures: readonly GradientFailure[]
}

/** Is thrown by `checkGradient`; the report tells where the gradients differ and by how much. */
export class GradientError extends Error {
  override readonly name = 'GradientError'
  readonly report: GradientReport
  constructor(report: GradientReport) {
    super(describe(report))
    this.report = report
  }
}

const SHOWN = 5
const describe = ({ failures, elements }: GradientReport): string => {
  const lines = failures
    .slice(0, SHOWN)
    .map(
      ({ node, element, reverse, against, expected }) =>
        `  ${node}[${element}]: reverse mode gives ${reverse}, ${against} give ${expected}`,
    )
  const more = failures.length > SHOWN ? [`  and ${failures.length - SHOWN} more`] : []
  return [`checkGradient: ${failures.length} of 2 × ${elements} comparisons fail.`, ...lines, ...more].join('\n')
}

/**
 * Compares a circuit's gradient in every input and weight, computed in three ways: reverse mode by the bytecode
 * interpreter in f64, dual numbers, and central differences of the forward pass. It returns the report; `checkGradient`
 * throws it.
 */
export const compareGradients = (
  circuit: Circuit,
  values: Readonly<Record<string, NodeValue>>,
  config?: GradientConfig,
): GradientReport => {
  checkCircuit('checkGradient: the circuit', circuit)
  const { outputs, seed, exact, epsilon, absolute, relative } = optionsOf('checkGradient', config, {
    ...{ outputs: Object.keys(circuit.outputs), seed: 0, exact: 1e-12 },
    ...{ epsilon: 1e-6, absolute: 1e-5, relative: 1e-3 },
  })
  const scalar = weighted(circuit, outputs, seed)
  const target = scalar.outputs.checked
  const pass = inspect(scalar, values)
  const forward = createForwardPass(scalar, [target])
  const leaves = scalar.nodes.flatMap((node, id) => {
    if (node.op !== 'input' && node.op !== 'weight') return []
    const name = node.name as string
    const numbers = Float64Array.from([pass.value(name)].flat())
    forward.numbers(id).set(numbers)
    return [{ id, name, numbers, gradient: [pass.gradient(name)].flat() }]
  })
  const given = new Map(leaves.map(({ id, numbers }) => [id, numbers]))

  const dual = (id: number, element: number): number => {
    const duals = evaluateDual(scalar.nodes, (_, leaf) => {
      const value = given.get(leaf) as Float64Array
      const tangent = new Float64Array(value.length)
      if (leaf === id) tangent[element] = 1
      return { value, tangent }
    })
    return duals[target]?.tangent[0]
  }
  const difference = (id: number, element: number): number => {
    const numbers = forward.numbers(id)
    const x = numbers[element]
    const at = (moved: number): number => {
      numbers[element] = moved
      forward.run()
      return forward.numbers(target)[0]
    }
    const slope = (at(x + epsilon) - at(x - epsilon)) / (2 * epsilon)
    numbers[element] = x
    return slope
  }

  const scale = Math.max(1, ...leaves.map(({ gradient }) => gradient.reduce((m, g) => Math.max(m, Math.abs(g)), 0)))
  const failures: GradientFailure[] = []
  let [elements, dualError, differenceError] = [0, 0, 0]
  for (const { id, name: node, gradient } of leaves)
    gradient.forEach((reverse, element) => {
      elements++
      const byDual = dual(id, element)
      const far = reverse === byDual ? 0 : Math.abs(reverse - byDual) / scale
      dualError = Math.max(dualError, far)
      if (!(far <= exact)) failures.push({ node, element, reverse, against: 'dual numbers', expected: byDual })
      const byDifference = difference(id, element)
      const off = Math.abs(reverse - byDifference)
      differenceError = Math.max(differenceError, off)
      if (!(off <= absolute + relative * Math.abs(byDifference)))
        failures.push({ node, element, reverse, against: 'central differences', expected: byDifference })
    })
  return { elements, dualError, differenceError, failures }
}

/**
 * Checks a circuit's gradient in every input and weight: reverse mode against dual numbers and central differences.
 * Points at which an op has no derivative (relu at 0, max at a tie) must be avoided, because a difference is wrong
 * there.
 *
 * @example
 * const f = circuit(({ input, weight, tanh, mul }) => ({ f: tanh(mul(weight('w'), input('x'))) }))
 * checkGradient(f, { w: 0.5, x: 2 })   // { elements: 2, dualError: 0, … } or throws GradientError
 */
export const checkGradient = (
  circuit: Circuit,
  values: Readonly<Record<string, NodeValue>>,
  config: GradientConfig = {},
): GradientReport => {
  const report = compareGradients(circuit, values, config)
  if (report.failures.length > 0) throw new GradientError(report)
  return report
}
