import type { Tensor } from '../../../program/tensor.js'

/** A stack of dense layers. */
export interface Net {
  /** The expert that it belongs to; '' if there is one net only. */
  readonly name: string
  /** The number of its inputs, then of the units of each layer. */
  readonly sizes: readonly number[]
  /** The weights of each layer, from its inputs to its units, as places in θ. */
  readonly weights: readonly Tensor[]
}

/** Finds the stacks of dense layers among the tensors of a model: `net@1.dense1.W`, `net@1.dense2.W`, …. */
export const netsOf = (layout: readonly Tensor[]): readonly Net[] => {
  const stacks = new Map<string, Tensor[]>()
  for (const tensor of layout) {
    const [, expert = ''] = /^(?:(.*)\.)?dense\d+\.W$/.exec(tensor.name) ?? []
    if (!/(^|\.)dense\d+\.W$/.test(tensor.name) || tensor.shape.length !== 2) continue
    stacks.set(expert, [...(stacks.get(expert) ?? []), tensor])
  }
  return Array.from(stacks, ([name, weights]) => ({
    name,
    sizes: [weights[0]!.shape[0]!, ...weights.map(({ shape }) => shape[1]!)],
    weights,
  }))
}
