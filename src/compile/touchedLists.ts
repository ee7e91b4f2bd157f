import type { Node } from '../graph/graph.js'
import type { Parameter } from '../program/stepRows.js'
import { MOST_TOUCHED } from '../program/touched.js'
import type { Plan } from './configuration.js'
import type { Regions } from './regions.js'
import type { TrainingGraph } from './trainingGraph.js'

/** The number of weights from which a list of touched rows saves more time than it costs. */
const LISTED = 4096

/**
 * Returns the tensors, with a list of touched rows for each large one whose gradient comes from sparse rows alone, if
 * the optimizer leaves weights without a gradient unchanged.
 */
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
    return { ...tensor, touched: { list: temporaries.take(1 + MOST_TOUCHED), rows: tensor.shape[0] } }
  })
}
