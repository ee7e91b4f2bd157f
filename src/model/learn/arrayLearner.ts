import type { LearnedRows, Model } from '../../model.js'
import type { Machine } from '../step/machine.js'
import { emptyColumns, placeColumns } from './columns.js'
import type { Fallback } from './fallback.js'
import { learnedOf } from './learnedOf.js'
import type { RowBlock } from './rowBlock.js'
import type { Columns, Gathered } from './rowCalls.js'
import type { RowReader } from './rowReader.js'
import type { RowSteps } from './rowSteps.js'

/** How many rows of an array are read before they are learned together. */
const HELD = 256

/** Learns an array's rows one after another: the ordinary ones many to a call, the special ones by the fallback. */
export const createArrayLearner = <R>(
  { core, reader }: Machine,
  model: Model<R>,
  fallback: Fallback<R>,
  block: RowBlock,
  steps: RowSteps<R>,
  { read, cursors }: RowReader<R>,
): ((rows: readonly R[]) => LearnedRows<R>) => {
  let room: Gathered | undefined

  return (rows) => {
    room ??= block.room(HELD)
    const gathered = room
    let columns: Columns | undefined
    let held = 0
    steps.update = undefined
    const learnSpecial = (i: number): void => {
      columns ??= emptyColumns(core, reader, rows.length)
      const learned = fallback.rows([rows[i] as R])
      placeColumns(learned, columns, i)
      steps.update = learned.update ?? steps.update
    }
    /** Learns the rows from place `from` on that are held; gives the place it stopped before. */
    const learnFrom = (from: number, count: number): number =>
      // handed over anew: the fallback may have learned elsewhere, by a row's own code
      steps.take(
        from,
        () => block.learn(gathered, from, count),
        (end) => {
          for (let k = from; k < end - 1; k++) if (cursors[k] !== undefined) core.cursor = cursors[k]
          return cursors[end - 1]
        },
      )
    /** Learns the rows that are held, which end before row i. */
    const settle = (i: number): void => {
      const count = held
      // whatever is thrown from here on, none of them is learned twice
      held = 0
      const start = i - count
      for (let at = 0; at < count; ) {
        const from = at
        at = learnFrom(from, count)
        // mostly these are all the rows there are: their columns are what is given back
        if (from === 0 && at === rows.length) columns = block.columns()
        else {
          columns ??= emptyColumns(core, reader, rows.length)
          block.copy(columns, start + from)
        }
        // while one output tells no two classes apart yet, each row is special; so is a number beyond an f32
        if (block.metSpecial) learnSpecial(start + at++)
      }
    }
    let i = 0
    try {
      for (; i < rows.length; i++) {
        if (read(rows[i] as R, gathered, held)) {
          held++
          if (held === HELD) settle(i + 1)
        } else {
          settle(i)
          learnSpecial(i)
        }
      }
    } finally {
      settle(i)
    }
    const { actual, predictions, losses } = columns ?? emptyColumns(core, reader, rows.length)
    return learnedOf(model, core.step, rows, actual, predictions, losses, steps.update)
  }
}
