import type { Learned, Model } from '../../model.js'
import type { Machine } from '../step/machine.js'
import { updateOf } from '../step/updateOf.js'
import { createArrayLearner } from './arrayLearner.js'
import { isChunk } from './chunk.js'
import { createChunkLearner } from './chunkLearner.js'
import { createFallback } from './fallback.js'
import { learnedOf } from './learnedOf.js'
import type { Learner } from './learner.js'
import type { RowBlock } from './rowBlock.js'
import { createRowReader } from './rowReader.js'
import { createRowSteps } from './rowSteps.js'

/**
 * Learns at every row, many rows to a call. A special row asks for more than arithmetic: it has a new name, is to be
 * refused, or has no label. It is learned by the fallback in its turn, so that θ is the same, bit for bit.
 *
 * @param createSingle gives what learns row by row, in windows of 1, and every row there is
 */
export const createRowLearner = <R>(
  machine: Machine,
  model: Model<R>,
  createSingle: () => Learner<R>,
  block: RowBlock,
): Learner<R> => {
  const { core, reader } = machine
  const { targets } = core
  const fallback = createFallback(createSingle)
  const rows = createRowReader(core, fallback)
  const { read, cursors } = rows
  const steps = createRowSteps(core, model, fallback, block)
  const learnChunk = createChunkLearner(machine, model, fallback, block, steps)
  const learnArray = createArrayLearner(machine, model, fallback, block, steps, rows)

  const learnRow = (row: R): Learned<R> => {
    const numbers = block.lone()
    if (!read(row, numbers, 0)) return fallback.row(row)
    const before = core.step
    const pendingCursor = fallback.behind ? fallback.pendingCursor() : undefined
    if (!block.learnLone(numbers)) return fallback.row(row)
    if (fallback.behind) fallback.flush()
    const cursor = cursors[0]
    if (cursor !== undefined) core.cursor = cursor
    const actual = new Float64Array(targets)
    for (let j = 0; j < targets; j++) actual[j] = numbers.y[j]!
    const prediction = reader.one(row, before)
    const update = updateOf(core, model, 1, block.loss(), block.refused, cursor ?? pendingCursor)
    return learnedOf(model, core.step, [row], actual, prediction, block.rowLoss(), update)
  }

  return { ...fallback, row: learnRow, rows: (given) => (isChunk(given) ? learnChunk(given) : learnArray(given)) }
}
