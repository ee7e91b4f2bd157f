import type { Learned, LearnedRows, Model } from '../../model.js'
import type { Chunk } from '../../records.js'
import type { Machine } from '../step/machine.js'
import { updateOf } from '../step/updateOf.js'
import { createArrayLearner } from './arrayLearner.js'
import { checkedSize, isChunk } from './chunk.js'
import { createFallback } from './fallback.js'
import { learnedOf } from './learnedOf.js'
import type { Learner } from './learner.js'
import type { RowBlock } from './rowBlock.js'
import { createRowReader } from './rowReader.js'
import { createRowSteps } from './rowSteps.js'

/**
 * Takes a step at every row, and learns many rows in one call. A special row needs more than arithmetic: it brings a
 * new name, is to be refused, or has no label. The fallback learns it in its turn, so that θ is the same, bit for bit.
 *
 * @param createSingle creates a learner that handles every kind of row, in windows of 1
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
  const steps = createRowSteps(machine, model, fallback, block)
  const learnArray = createArrayLearner(core, fallback, block, steps, rows)

  const learnChunk = (chunk: Chunk): LearnedRows<R> => {
    const size = checkedSize(core, chunk)
    const { x, y, weights, cursor } = chunk
    if (!y || size === 0 || core.checksChunks) return fallback.rows(chunk)
    const numbers = { x, y, weights }
    steps.begin(size)
    steps.learn({
      start: 0,
      count: size,
      // The numbers that were handed over are still in place, because nothing else has used that memory since.
      learn: (from) => (from === 0 ? block.learn(numbers, 0, size) : block.resume(from)),
      learnSpecial: (i) => fallback.rowOf(chunk, i),
      // A chunk's cursor is the position after its last row.
      cursorOf: (_, end) => (end === size ? cursor : undefined),
    })
    return steps.end([])
  }

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
