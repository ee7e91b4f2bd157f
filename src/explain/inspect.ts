import { reverse, sharesOf } from '../autodiff/reverse.js'
import { createBuilder } from '../circuit/build.js'
import { createForwardPass } from '../compile/forwardPass.js'
import { checkCircuit } from '../graph/checkCircuit.js'
import type { Expression } from '../graph/expression.js'
import { type Circuit, sizeOf } from '../graph/graph.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Precision } from '../values.js'
import { leafValues, type NodeValue, nodeName } from './leaves.js'
import { type Explanation, pathsFrom } from './paths.js'

/** One edge of the circuit. */
export interface Edge {
  readonly from: string
  readonly to: string
  /** ∂to/∂from along this edge alone; it is defined only between scalars. */
  readonly local: number | undefined
  /** ∂output/∂to. */
  readonly upstream: NodeValue
  /** The share of ∂output/∂from that comes by way of `to`: upstream · local. */
  readonly contribution: NodeValue
}

/** One pass through a circuit, forward and backward, with all its intermediate results. */
export interface Inspection {
  readonly output: string
  value(node: string): NodeValue
  /** Returns ∂output/∂node: the sum over the node's outgoing edges, or 0 if no path leads to the output. */
  gradient(node: string): NodeValue
  readonly edges: readonly Edge[]
  /** Returns the product along each path, and their sum, for scalar circuits only. */
  explain(node: string): Explanation
}

export interface InspectConfig {
  /** The output to differentiate. Default: the only one. */
  readonly output?: string
  readonly precision?: Precision
  /** The largest number of paths in an explanation. */
  readonly limit?: number
}

/**
 * Runs a circuit forward and backward, and returns every value, every gradient and every edge's contribution.
 *
 * @example
 * const pass = inspect(f, { x1: 1, x3: 2, x4: -1, w3: 0.5, w4: 0.25 })
 * pass.value('x2')        // σ(net2)
 * pass.gradient('w3')     // −σ'(net2)·x3
 * pass.explain('w3')      // { paths: [{ nodes: ['w3', 'net2', 'x2', 'f'], product: … }], sum: … }
 */
export const inspect = (
  circuit: Circuit,
  given: Readonly<Record<string, NodeValue>>,
  config?: InspectConfig,
): Inspection => {
  const defaults = { output: undefined, precision: 'f64', limit: 1000 } as const
  const { output: wanted, precision, limit } = optionsOf('inspect', config, defaults)
  checkCircuit('inspect: the circuit', circuit)
  oneOf('inspect', 'precision', precision, ['f32', 'f64'])
  const outputs = Object.keys(circuit.outputs)
  const output = wanted ?? outputs[0]
  const outputId = output === undefined ? undefined : circuit.outputs[output]
  if (outputId === undefined || (wanted === undefined && outputs.length !== 1))
    throw new RangeError(
      `inspect: the output is ${wanted === undefined ? 'not given' : shown(wanted)}; expected one of ${outputs.join(', ')}.`,
    )

  const builder = createBuilder(circuit.nodes)
  const ones = builder.ops.broadcast(builder.ops.constant(1), circuit.nodes[outputId].shape)
  const everything = circuit.nodes.map((_, id) => id)
  const { adjoint, edges } = reverse(builder, new Map([[outputId, ones]]), everything)
  const locals = edges.map(({ to, slot }) => localDerivative(builder, circuit, to, slot))

  const pass = createForwardPass(
    builder,
    builder.nodes.map((_, id) => id),
    precision,
  )
  for (const [id, values] of leafValues(circuit, given)) pass.numbers(id).set(values)
  pass.run()

  const read = (id: number): NodeValue =>
    builder.nodes[id]?.shape.length === 0 ? pass.numbers(id)[0] : Array.from(pass.numbers(id))
  const nameOf = (id: number): string => nodeName(circuit.nodes[id], id)
  // A name that was given has precedence over an equal name that was generated, such as '1' for a constant.
  const generated = circuit.nodes.map((node, id) => [nodeName(node, id), id] as const)
  const ids = new Map([...generated, ...generated.filter(([, id]) => circuit.nodes[id]?.name !== undefined)])
  const idOf = (name: string): number => {
    const id = ids.get(name) ?? circuit.outputs[name]
    if (id === undefined)
      throw new RangeError(`inspect: there is no node '${name}'; there are ${[...ids.keys()].join(', ')}.`)
    return id
  }
  const zeroOf = (id: number): NodeValue => {
    const { shape } = circuit.nodes[id]
    return shape.length === 0 ? 0 : new Array<number>(sizeOf(shape)).fill(0)
  }
  const gradientOf = (id: number): NodeValue => {
    const expression = adjoint.get(id)
    return expression ? read(expression.id) : zeroOf(id)
  }
  const seen = edges
    .filter(({ from }) => circuit.nodes[from]?.op !== 'constant')
    .map(({ from, to, slot, contribution }) => {
      const local = locals[edges.findIndex((edge) => edge.from === from && edge.to === to && edge.slot === slot)]
      return { from, to, contribution: read(contribution.id), local: local && (read(local.id) as number) }
    })

  return {
    output: output,
    value: (name) => read(idOf(name)),
    gradient: (name) => gradientOf(idOf(name)),
    edges: seen.map(({ from, to, local, contribution }) => ({
      from: nameOf(from),
      to: nameOf(to),
      local,
      upstream: gradientOf(to),
      contribution,
    })),
    explain: (name) => ({ node: name, ...pathsFrom(idOf(name), outputId, seen, nameOf, limit) }),
  }
}

/** Builds ∂to/∂input along one edge, or returns undefined if a tensor is involved. */
const localDerivative = (
  builder: ReturnType<typeof createBuilder>,
  circuit: Circuit,
  to: number,
  slot: number,
): Expression | undefined => {
  const node = circuit.nodes[to]
  if ([node, ...node.inputs.map((input) => circuit.nodes[input])].some(({ shape }) => shape.length > 0))
    return undefined
  return sharesOf(builder, to, builder.ops.constant(1))[slot]
}
