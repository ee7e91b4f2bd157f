import { nodeName } from '../../explain/leaves.js'
import type { Circuit, Node } from '../../graph/graph.js'

/** A node as it is drawn. */
export interface Vertex {
  /** The name by which an inspection knows it. */
  readonly node: string
  readonly label: string
  readonly kind: 'input' | 'weight' | 'constant' | 'op' | 'output' | 'loss' | 'truth'
  readonly op: string
  /** The number of its elements. */
  readonly size: number
}

/** An edge as it is drawn. A weight that multiplies the value along an edge stands on the edge, and is not a vertex. */
export interface Wire {
  /** The indices of its ends in `vertices`. */
  readonly from: number
  readonly to: number
  readonly weight?: string
}

export interface Diagram {
  readonly vertices: readonly Vertex[]
  readonly wires: readonly Wire[]
}

/** Returns the circuit as the lecture draws it: inputs at the left, weights on the edges, the loss at the right. */
export const diagramOf = (circuit: Circuit): Diagram => {
  const { nodes } = circuit
  const outputs = new Set(Object.values(circuit.outputs))
  const places = new Map<number, number>()
  const vertices: Vertex[] = []
  const wires: Wire[] = []

  const place = (id: number): number => {
    const known = places.get(id)
    if (known !== undefined) return known
    const node = nodes[id]
    vertices.push({
      node: nodeName(node, id),
      label: nodeName(node, id),
      kind: kindOf(node, outputs.has(id)),
      op: node.op,
      size: node.shape.reduce((a, b) => a * b, 1),
    })
    places.set(id, vertices.length - 1)
    return vertices.length - 1
  }

  nodes.forEach((node, id) => {
    if (node.op === 'input') place(id)
    if (node.inputs.length === 0) return
    const to = place(id)
    for (const [from, weight] of edgesOf(nodes, node))
      wires.push({ from: place(from), to, ...(weight !== undefined && { weight }) })
  })
  for (const id of outputs) place(id)

  const loss = vertices.push({ node: 'loss', label: 'loss', kind: 'loss', op: 'loss', size: 1 }) - 1
  for (const id of outputs) wires.push({ from: places.get(id) as number, to: loss })
  const truth = vertices.push({ node: '#target', label: 'truth', kind: 'truth', op: '', size: outputs.size }) - 1
  wires.push({ from: truth, to: loss })
  return { vertices, wires }
}

const kindOf = ({ op }: Node, output: boolean): Vertex['kind'] =>
  output ? 'output' : op === 'input' || op === 'weight' || op === 'constant' ? op : 'op'

/**
 * Returns the nodes that flow into a node, each with the weight on its edge. `net` takes pairs; a product has a weight
 * if one of its factors is a weight.
 */
const edgesOf = (
  nodes: readonly Node[],
  { op, inputs }: Node,
): (readonly [from: number, weight: string | undefined])[] => {
  const weightAt = (id: number): string | undefined => {
    const { op: kind, name, shape } = nodes[id]
    return kind === 'weight' && shape.length === 0 ? name : undefined
  }
  const isOne = (id: number): boolean => nodes[id]?.op === 'constant' && nodes[id]?.attributes?.value === 1
  const pairs = op === 'net' ? inputs.flatMap((_, i) => (i % 2 === 0 ? [inputs.slice(i, i + 2)] : [])) : [inputs]
  if (op !== 'net' && (op !== 'mul' || inputs.length !== 2)) return inputs.map((id) => [id, undefined])
  return pairs.flatMap(([a, b]) => {
    const [x, w] = [a, b]
    if (weightAt(w) !== undefined) return [[x, weightAt(w)] as const]
    if (op === 'net' && isOne(w)) return [[x, undefined] as const]
    if (op === 'mul' && weightAt(x) !== undefined) return [[w, weightAt(x)] as const]
    return [[x, undefined] as const, [w, undefined] as const]
  })
}
