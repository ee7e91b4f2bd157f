import { evaluateDual } from '../autodiff/duals/dual.js'
import { createForwardPass } from '../compile/forwardPass.js'
import { inspect } from '../explain/inspect.js'
import type { NodeValue } from '../explain/leaves.js'
import type { Circuit } from '../graph/graph.js'
import { weighted } from './weighted.js'

export interface GradientConfig {
  /** Which outputs to differentiate; all of them by default. */
  readonly outputs?: readonly string[]
  /** Draws the weights of the outputs' elements, where there are several. */
  readonly seed?: number
  /** How far reverse mode may lie from dual numbers, times the largest gradient or 1 (default 1e-12). */
  readonly exact?: number
  /** Half the width of a central difference (default 1e-6, as PyTorch's gradcheck). */
  readonly epsilon?: number
  /** How far reverse mode may lie from a difference d: absolute + relative·|d| (default 1e-5 and 1e-3). */
  readonly absolute?: number
  readonly relative?: number
}

/** One number of one input or weight on which two ways of differentiating disagree. */
export interface GradientFailure {
  readonly node: string
  /** Its place in the node's numbers, row-major. */
  readonly element: number
  readonly reverse: number
  readonly against: 'dual numbers' | 'central differences'
  readonly expected: number
}

export interface GradientReport {
  /** How many numbers were checked. */
  readonly elements: number
  /** The largest distance from dual numbers, in units of the largest gradient or 1. */
  readonly dualError: number
  /** The largest distance from central differences. */
  readonly differenceError: number
  readonly failures: readonly GradientFailure[]
}

/** Thrown by `checkGradient`; the report says where and by how much. */
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
 * Compares a circuit's gradient in every input and weight, three ways: reverse mode as the bytecode interpreter runs it
 * in f64, dual numbers, and central differences of the forward pass. Says what it found; `checkGradient` throws it.
 */
export const compareGradients = (
  circuit: Circuit,
  values: Readonly<Record<string, NodeValue>>,
  {
    outputs = Object.keys(circuit.outputs),
    seed = 0,
    exact = 1e-12,
    epsilon = 1e-6,
    absolute = 1e-5,
    relative = 1e-3,
  }: GradientConfig = {},
): GradientReport => {
  const scalar = weighted(circuit, outputs, seed)
  const target = scalar.outputs.checked as number
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
    return duals[target]?.tangent[0] as number
  }
  const difference = (id: number, element: number): number => {
    const numbers = forward.numbers(id)
    const x = numbers[element] as number
    const at = (moved: number): number => {
      numbers[element] = moved
      forward.run()
      return forward.numbers(target)[0] as number
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
 * Keep away from corners (relu at 0, max at a tie): a difference across one is no derivative.
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
