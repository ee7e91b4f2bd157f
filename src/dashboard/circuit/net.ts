import type { Circuit, Node } from '../../graph/graph.js'
import { activationNames } from '../../layers/activations.js'
import type { View } from '../page/view.js'

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

/**
 * Returns the columns of a circuit that is a chain of dense layers from one input to one output; else undefined.
 *
 * @param output the name of the node to end at, if it is not the circuit's output: an expert's own output
 */
export const netOf = (circuit: Circuit, output?: string): readonly LayerColumn[] | undefined => {
  const { nodes, outputs } = circuit
  const ends = output === undefined ? Object.values(outputs) : [nodes.findIndex(({ name }) => name === output)]
  const inputs = nodes.filter(({ op }) => op === 'input')
  if (ends.length !== 1 || nodes[ends[0]] === undefined || (output === undefined && inputs.length !== 1))
    return undefined
  const columns: LayerColumn[] = []
  let activated: Node | undefined
  for (let id = ends[0]; ; ) {
    const node = nodes[id]
    if (node.shape.length !== 1 || node.name === undefined) return undefined
    if (node.op === 'input') {
      // Only the columns of the features are units that are shown.
      if (activated || columns.length === 0 || (output !== undefined && node.name !== 'x')) return undefined
      return [{ ...named(node), size: node.shape[0], activation: '', weights: undefined }, ...columns]
    }
    if (node.op === 'dense') {
      const weights = nodes[node.inputs[1]]
      if (weights?.op !== 'weight' || weights.name === undefined) return undefined
      const { name = '', op = '' } = activated ?? node
      const activation = activated ? op : ''
      columns.unshift({ node: name, net: node.name, size: node.shape[0], activation, weights: weights.name })
      activated = undefined
    } else {
      if (!activations.includes(node.op) || activated) return undefined
      activated = node
    }
    id = node.inputs[0]
  }
}

/** Returns the experts with their present weights, those with the most weight first; none for a single circuit. */
export const expertsOf = ({
  description,
  inspection,
}: View): readonly { readonly name: string; readonly weight: number }[] => {
  const weights = description.experts && inspection?.value('#experts')
  if (description.experts === undefined || weights === undefined || typeof weights === 'number') return []
  return description.experts.map(({ name }, k) => ({ name, weight: weights[k] })).sort((a, b) => b.weight - a.weight)
}

const named = ({ name = '' }: Node): { node: string; net: string } => ({ node: name, net: name })
