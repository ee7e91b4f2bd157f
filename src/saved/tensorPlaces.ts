import type { Circuit, Node } from '../graph/graph.js'

/** What the places of a tensor's numbers stand for: the inputs that it reads by their columns, and the outputs. */
export interface TensorPlaces {
  /** The one input that it is multiplied with, and by which op. */
  readonly direct: { readonly node: Node; readonly op: string } | undefined
  /** The names of the inputs whose places it depends on, in order: what other weights have mixed has places of its own. */
  readonly reads: readonly string[]
  /** Whether its last dimension is that of the outputs. */
  readonly isOutput: boolean
}

const MIXING: readonly string[] = ['dense', 'sparseDense', 'matmul', 'denseInput']

export const tensorPlaces = ({ nodes, outputs }: Circuit, name: string): TensorPlaces => {
  const own = nodes.findIndex((node) => node.op === 'weight' && node.name === name)
  const mixes = ({ op, inputs }: Node): boolean =>
    MIXING.includes(op) && inputs.some((input) => nodes[input]?.op === 'weight')
  const readers = nodes.flatMap((node, id) => (node.inputs.includes(own) ? [id] : []))

  const reads = new Set<string>()
  const seen = new Set<number>()
  const back = (id: number): void => {
    if (id === own || seen.has(id)) return
    seen.add(id)
    const node = nodes[id]!
    // A single number has no places.
    if (node.shape.length === 0 && node.op !== 'input') return
    if (node.op === 'input') reads.add(node.name ?? '')
    // The places of an embedding are those of the feature that it embeds.
    else if (!mixes(node) || (node.op === 'sparseDense' && nodes[node.inputs[0]!]?.op === 'input'))
      node.inputs.forEach(back)
  }
  for (const reader of readers) {
    const { op, inputs } = nodes[reader]!
    // A bias is added to what has been mixed.
    if (!(MIXING.includes(op) && inputs.indexOf(own) > 1)) inputs.forEach(back)
  }

  const ends = new Set(Object.values(outputs))
  const passed = new Set<number>()
  const reaches = (id: number): boolean => {
    if (passed.has(id)) return false
    passed.add(id)
    return ends.has(id) || nodes.some((node, next) => node.inputs.includes(id) && !mixes(node) && reaches(next))
  }
  const direct = readers.flatMap((id) => {
    const { op, inputs } = nodes[id]!
    const node = inputs[1] === own ? nodes[inputs[0]!] : undefined
    return node?.op === 'input' ? [{ node, op }] : []
  })[0]
  return { direct, reads: [...reads], isOutput: readers.some(reaches) }
}
