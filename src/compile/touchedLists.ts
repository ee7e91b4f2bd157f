import type { Node } from '../graph/graph.js'
import type { Parameter } from '../program/stepRows.js'
import { MOST_TOUCHED } from '../program/touched.js'
import type { Plan } from './configuration.js'
import type { Regions } from './regions.js'
import type { TrainingGraph } from './trainingGraph.js'

/** Weights from which a list of touched rows is worth its while. */
const LISTED = 4096

/** The tensors, with lists for large ones whose gradient sparse rows alone give, where the rule leaves the others as they are. */
export const withLists = (
  { shards, optimizer }: Plan,
  tensors: readonly Parameter[],
  { gradients }: TrainingGraph,
  nodes: readonly Node[],
  { temporaries }: Regions,
): readonly Parameter[] => {
  if (shards > 1 || !optimizer.transforms.every(({ lazy }) => lazy)) return tensors
  return tensors.map((tensor) => {
    const own = gradients.filter(({ parameter }) => parameter === tensor)
    const isSparse = own.length > 0 && own.every(({ contribution }) => nodes[contribution.id]?.op === 'sparseOuter')
    if (!isSparse || tensor.size < LISTED) return tensor
    return { ...tensor, touched: { list: temporaries.take(1 + MOST_TOUCHED), rows: tensor.shape[0] as number } }
  })
}
