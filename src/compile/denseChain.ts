import type { Circuit } from '../graph/graph.js'

/** A dense layer y = activation(xW + b), with the names of W and b. */
export interface ChainLayer {
  readonly units: number
  readonly activation: string
  readonly W: string | undefined
  readonly b: string | undefined
}

/**
 * Reads the circuit as a chain of dense layers from its only input to its only output, in which each layer has its own
 * weights; returns undefined if the circuit is anything else.
 */
export const chainOf = (
  { nodes, outputs }: Circuit,
  activations: readonly string[],
): readonly ChainLayer[] | undefined => {
  const chain: ChainLayer[] = []
  const used: number[] = []
  let at = 0
  for (const [id, { op, inputs, shape }] of nodes.entries()) {
    if (op === 'weight' || (op === 'input' && id === 0)) continue
    const [x, W = -1, b = -1] = inputs
    const last = chain[chain.length - 1]
    if (x !== at) return undefined
    if (op === 'dense') {
      used.push(...inputs.slice(1))
      chain.push({ units: shape[0], activation: 'identity', W: nodes[W]?.name, b: nodes[b]?.name })
    } else if (last?.activation === 'identity' && activations.includes(op))
      chain[chain.length - 1] = { ...last, activation: op }
    else return undefined
    at = id
  }
  const weights = nodes.flatMap(({ op }, id) => (op === 'weight' ? id : []))
  return chain.length > 0 && used.join() === weights.join() && Object.values(outputs).join() === `${at}`
    ? chain
    : undefined
}
