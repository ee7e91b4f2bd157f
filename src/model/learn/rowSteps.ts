import type { LearnedRows, Model, Update } from '../../model.js'
import type { Unlearned } from '../../records.js'
import type { Cursor } from '../../values.js'
import type { Machine } from '../step/machine.js'
import { updateOf } from '../step/updateOf.js'
import { emptyColumns, placeColumns } from './columns.js'
import type { Fallback } from './fallback.js'
import { learnedOf } from './learnedOf.js'
import type { RowBlock } from './rowBlock.js'
import type { Columns } from './rowNumbers.js'

/** A run of consecutive rows, and how each of them is learned. */
export interface Rows<R> {
  /** The index of the run's first row within the element. */
  readonly start: number
  readonly count: number
  /** Learns ordinary rows of the run from row `from` on; it returns the row before which it stopped. */
  learn(from: number): number
  /** Learns row i of the element by the fallback. */
  learnSpecial(i: number): LearnedRows<R>
  /** Returns the last cursor among the rows from `from` up to `end` of the run. */
  cursorOf(from: number, end: number): Cursor | undefined
}

/** The steps of one array or chunk: ordinary rows take theirs many to a call, special rows by the fallback. */
export interface RowSteps<R> {
  /** Begins an element of `size` rows. */
  begin(size: number): void
  learn(rows: Rows<R>): void
  /** Learns row i by the fallback. */
  learnSpecial(i: number, learn: (i: number) => LearnedRows<R>): void
  /** Returns the result of the element; `rows` is given if its rows are objects. */
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
  let unlearned: Unlearned[] = []

  const columnsOf = (): Columns => {
    columns ??= emptyColumns(core, reader, size)
    return columns
  }
  /** Takes the steps of ordinary rows; the first of them commits what the fallback has counted before it. */
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
    // The columns are made before a row is learned, because they list the names known when their first row arrived.
    const into = columnsOf()
    const learned = learn(i)
    placeColumns(learned, into, i)
    update = learned.update ?? update
    for (const each of learned.unlearned ?? []) unlearned.push({ ...each, index: i })
  }

  return {
    begin(given) {
      size = given
      columns = undefined
      update = undefined
      unlearned = []
    },
    learn(rows) {
      const { start, count, learnSpecial } = rows
      for (let at = 0; at < count; ) {
        const from = at
        at = take(from, rows)
        // In most cases these are all the rows of the element, and their columns are returned without a copy.
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
      return learnedOf(model, core.step, rows, actual, predictions, losses, update, unlearned)
    },
  }
}
