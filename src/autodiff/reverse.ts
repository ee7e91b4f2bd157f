import type { Builder, Expression } from '../graph/expression.js'
import type { Node } from '../graph/graph.js'
import { ops } from './ops.js'

/** The gradient along one edge: the share of `from`'s gradient that comes by way of `to`. */
export interface EdgeGradient {
  readonly from: number
  readonly to: number
  /** The index of the edge among the inputs of `to`. */
  readonly slot: number
  readonly contribution: Expression
}

export interface Adjoints {
  /** ∂/∂node for every node that the gradient reaches: the sum over its outgoing edges. */
  readonly adjoint: ReadonlyMap<number, Expression>
  readonly edges: readonly EdgeGradient[]
}

const nothing: ReadonlySet<number> = new Set()

/** Returns the nodes that depend on any of `sources`, including the sources. */
const dependents = (nodes: readonly Node[], sources: Iterable<number>): Set<number> => {
  const reached = new Set(sources)
  nodes.forEach(({ inputs }, id) => {
    if (inputs.some((input) => reached.has(input))) reached.add(id)
  })
  return reached
}

/** Returns, as further nodes, what a node with the adjoint g contributes to each of its inputs. */
export const sharesOf = (
  builder: Builder,
  id: number,
  g: Expression,
  chosen: boolean = false,
): readonly (Expression | undefined)[] => {
  const { op, inputs: places, shape, attributes = {} } = builder.nodes[id]
  const inputs = places.map(builder.expression)
  const shapes = inputs.map((x) => x.shape)
  const output = builder.expression(id)
  return ops[op]?.reverse({ g, inputs, output, ops: builder.ops, shapes, shape, attributes, chosen }) ?? []
}

/**
 * Reverse mode as a transform of the graph: it appends the nodes that compute ∂(Σ seeds)/∂x for every x in `wrt` to the
 * builder. The adjoint of a node is the sum of its edges' contributions, from the last consumer to the first.
 *
 * The contributions to `leaves` are not summed into a node, because those of a weight are added into ∇ one by one.
 */
export const reverse = (
  builder: Builder,
  seeds: ReadonlyMap<number, Expression>,
  wrt: Iterable<number>,
  leaves: ReadonlySet<number> = nothing,
): Adjoints => {
  const forward = [...builder.nodes]
  const wanted = dependents(forward, wrt)
  const contributions = new Map<number, Expression[]>([...seeds].map(([id, seed]) => [id, [seed]]))
  const adjoint = new Map<number, Expression>()
  const edges: EdgeGradient[] = []
  // The inputs of an op that chooses include branches not taken; an infinite slope there must not meet their adjoint of
  // 0.
  const chosen = new Set<number>()

  for (let id = forward.length - 1; id >= 0; id--) {
    const node = forward[id]
    const parts = contributions.get(id)
    const row = ops[node.op]
    if (!parts || !wanted.has(id) || leaves.has(id)) continue
    const g = parts.length === 1 ? parts[0] : builder.ops.add(...parts)
    adjoint.set(id, g)
    if (!row || !node.inputs.some((input) => wanted.has(input))) continue

    sharesOf(builder, id, g, chosen.has(id)).forEach((contribution, slot) => {
      const from = node.inputs[slot]
      if (!contribution || !wanted.has(from)) return
      edges.push({ from, to: id, slot, contribution })
      if (row.chooses || chosen.has(id)) chosen.add(from)
      contributions.set(from, [...(contributions.get(from) ?? []), contribution])
    })
  }
  return { adjoint, edges }
}
