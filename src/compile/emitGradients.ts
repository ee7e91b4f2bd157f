import type { Node } from '../graph/graph.js'
import type { Assembler } from '../program/assembler.js'
import type { Parameter } from '../program/stepRows.js'
import { MOST_TOUCHED } from '../program/touched.js'
import type { GraphLowering } from './lowerGraph.js'
import type { TrainingGraph } from './trainingGraph.js'

/**
 * Emits ∇ += each weight's contributions, one by one. An outer product is added to ∇ directly; if it is sparse, only
 * its active rows are.
 */
export const emitGradients = (
  { emit }: Assembler,
  { lower, address }: GraphLowering,
  nodes: readonly Node[],
  { gradients }: TrainingGraph,
  placeOf: (offset: number) => number,
  tensors: readonly Parameter[],
): void => {
  for (const { parameter, contribution } of gradients) {
    const out = placeOf(parameter.offset)
    const { op, inputs, shape } = nodes[contribution.id]
    if (op === 'outer') {
      lower(inputs)
      const [a, b] = inputs.map(address) as [number, number]
      emit('outerAdd', { out, a, b, n: shape[0], m: shape[1] })
    } else if (op === 'sparseOuter') {
      lower(inputs)
      const [a, b] = inputs.map(address) as [number, number]
      const n = nodes[inputs[0]].shape[0] >> 1
      const c = tensors.find(({ name }) => name === parameter.name)?.touched?.list ?? -1
      emit('sparseAdd', { out, a, b, c, n, m: shape[1], k: shape[0], flags: MOST_TOUCHED })
    } else {
      lower([contribution.id])
      emit('add', { out, a: out, b: address(contribution.id), n: parameter.size })
    }
  }
}
