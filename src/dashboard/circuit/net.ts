import type { Circuit, Node } from '../../graph/graph.js'
import { activationNames } from '../../layers/activations.js'

const activations: readonly string[] = activationNames

/** A column of a layered circuit: a layer's units and the weights that lead to them, or the inputs. */
export interface LayerColumn {
  /** The node whose values are shown. */
  readonly node: string
  /** The node before the activation, whose gradient flows back along the edges. */
  readonly net: string
  readonly size: number
  readonly activation: string
  /** The tensor [size of the column before, size] on the edges; the inputs have none. */
  readonly weights: string | undefined
}

/** Returns the columns of a circuit that is a chain of dense layers from one input to one output; else undefined. */
export const netOf = ({ nodes, outputs }: Circuit): readonly LayerColumn[] | undefined => {
  const [input, ...others] = nodes.flatMap(({ op }, id) => (op === 'input' ? [id] : []))
  const [output, ...further] = Object.values(outputs)
  if (input === undefined || output === undefined || others.length + further.length > 0) return undefined
  const first = nodes[input]
  if (first.shape.length !== 1) return undefined
  const columns: LayerColumn[] = [{ ...named(first), size: first.shape[0], activation: '', weights: undefined }]

  let at = input
  for (let id = input + 1; id < nodes.length; id += 1) {
    const node = nodes[id]
    if (node.op === 'weight') continue
    if (node.name === undefined || node.shape.length !== 1 || node.inputs[0] !== at) return undefined
    if (node.op === 'dense') {
      const weights = nodes[node.inputs[1]]
      if (weights?.op !== 'weight' || weights.name === undefined) return undefined
      columns.push({ ...named(node), size: node.shape[0], activation: '', weights: weights.name })
    } else {
      const last = columns[columns.length - 1]
      if (!activations.includes(node.op) || last.node !== last.net || last.weights === undefined) return undefined
      columns[columns.length - 1] = { ...last, node: node.name, activation: node.op }
    }
    at = id
  }
  return at === output && columns.length > 1 ? columns : undefined
}

const named = ({ name = '' }: Node): { node: string; net: string } => ({ node: name, net: name })
