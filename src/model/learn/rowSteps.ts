import type { LearnedRows, Model, Update } from '../../model.js'
import type { Cursor } from '../../values.js'
import type { Machine } from '../step/machine.js'
import { updateOf } from '../step/updateOf.js'
import { emptyColumns, placeColumns } from './columns.js'
import type { Fallback } from './fallback.js'
import { learnedOf } from './learnedOf.js'
import type { RowBlock } from './rowBlock.js'
import type { Columns } from './rowCalls.js'

/** A run of rows that stand side by side, and how each of them is learned. */
export interface Rows<R> {
  /** The place of its first row among the element's. */
  readonly start: number
  readonly count: number
  /** Learns ordinary rows from row `from` of the run on; gives the row it stopped before. */
  learn(from: number): number
  /** Learns row i of the element by the fallback. */
  learnSpecial(i: number): LearnedRows<R>
  /** The last cursor of rows `from` up to `end` of the run. */
  cursorOf(from: number, end: number): Cursor | undefined
}

/** The steps of one array or chunk: ordinary rows take them many to a call, special ones by the fallback. */
export interface RowSteps<R> {
  /** Begins an element of so many rows. */
  begin(size: number): void
  learn(rows: Rows<R>): void
  /** Learns row i by the fallback. */
  learnSpecial(i: number, learn: (i: number) => LearnedRows<R>): void
  /** What the element came to; `rows` where these are objects. */
  end(rows: readonly R[]): LearnedRows<R>
}

export const createRowSteps = <R>(
  { core, reader }: Machine,
  model: Model<R>,
  fallback: Fallback<R>,
  block: RowBlock,
): RowSteps<R> => {
  let size = 0
  let columns: Columns | undefined
  let update: Update<R> | undefined

  const columnsOf = (): Columns => {
    columns ??= emptyColumns(core, reader, size)
    return columns
  }
  /** Takes the steps of ordinary rows, and commits with the first of them what the fallback has counted before it. */
  const take = (from: number, { learn, cursorOf }: Rows<R>): number => {
    const pendingCursor = fallback.pendingCursor()
    const end = learn(from)
    if (end === from) return end
    fallback.flush()
    const cursor = cursorOf(from, end)
    if (cursor !== undefined) core.cursor = cursor
    const passed = cursor ?? (end === from + 1 ? pendingCursor : undefined)
    update = updateOf(core, model, 1, block.loss(), block.refused, passed)
    return end
  }
  const special: RowSteps<R>['learnSpecial'] = (i, learn) => {
    // made before the row is learned: columns say which names were known when the first of their rows came
    const into = columnsOf()
    const learned = learn(i)
    placeColumns(learned, into, i)
    update = learned.update ?? update
  }

  return {
    begin(given) {
      size = given
      columns = undefined
      update = undefined
    },
    learn(rows) {
      const { start, count, learnSpecial } = rows
      for (let at = 0; at < count; ) {
        const from = at
        at = take(from, rows)
        // mostly these are all the rows there are: their columns are what is given back
        if (from === 0 && at === size) columns = block.columns()
        else block.copy(columnsOf(), start + from)
        if (at < count && block.metSpecial) {
          special(start + at, learnSpecial)
          at++
        }
      }
    },
    learnSpecial: special,
    end(rows) {
      const { actual, predictions, losses } = columnsOf()
      columns = undefined
      return learnedOf(model, core.step, rows, actual, predictions, losses, update)
    },
  }
}
