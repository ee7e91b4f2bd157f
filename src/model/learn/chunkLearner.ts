import type { LearnedRows, Model } from '../../model.js'
import type { Chunk } from '../../records.js'
import type { Cursor } from '../../values.js'
import type { Machine } from '../step/machine.js'
import { checkedSize } from './chunk.js'
import { emptyColumns, placeColumns } from './columns.js'
import type { Fallback } from './fallback.js'
import { learnedOf } from './learnedOf.js'
import type { RowBlock } from './rowBlock.js'
import type { RowSteps } from './rowSteps.js'

/** Learns a chunk's rows one after another: the ordinary ones many to a call, the special ones by the fallback. */
export const createChunkLearner =
  <R>(
    { core, reader }: Machine,
    model: Model<R>,
    fallback: Fallback<R>,
    block: RowBlock,
    steps: RowSteps<R>,
  ): ((chunk: Chunk) => LearnedRows<R>) =>
  (chunk) => {
    const size = checkedSize(core, chunk)
    if (!chunk.y || size === 0) return fallback.rows(chunk)
    const numbers = { x: chunk.x, y: chunk.y, weights: chunk.weights }
    // a chunk's cursor is the place after its last row
    const cursorAt = (end: number): Cursor | undefined => (end === size ? chunk.cursor : undefined)
    steps.update = undefined
    let end = steps.take(0, () => block.learn(numbers, 0, size), cursorAt)
    const whole = end === size ? block.columns() : undefined
    const columns = whole ?? emptyColumns(core, reader, size)
    for (let i = whole ? size : 0; i < size; ) {
      block.copy(columns, i)
      i = end
      if (i < size && block.metSpecial) {
        const learned = fallback.rowOf(chunk, end)
        placeColumns(learned, columns, i)
        steps.update = learned.update ?? steps.update
        i++
      }
      // what was handed over still stands there: no one else has used the place since
      const from = i
      if (i < size) end = steps.take(from, () => block.resume(from), cursorAt)
    }
    return learnedOf(model, core.step, [], columns.actual, columns.predictions, columns.losses, steps.update)
  }
