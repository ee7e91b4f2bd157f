import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { Cursor, Row } from '../../values.js'
import type { Journal } from './journal.js'

export interface RecordConfig {
  /** The cursor of the last row of the journal that is not to be read again, such as `model.cursor`. Default: none. */
  readonly from?: Cursor | undefined
}

type Opened<T> = AsyncIterator<T | readonly T[]> | Iterator<T | readonly T[]>

/**
 * Keeps the rows of a source in a journal, and hands on each with its cursor once it is on the disk; rows that come
 * together in an array are flushed together. Before them come the rows behind `from` that the journal has.
 *
 * A source that acknowledges a row when the next one is asked for, as those of rxgrad/node do, so acknowledges what is on
 * the disk and was learned.
 *
 * @throws JournalError if the journal lacks rows behind `from`; TypeError for what is no journal or no rows
 * @example
 * const journal = await openJournal('host-journal')
 * const store = fileStore('host-checkpoints')
 * const resumed = await resume(store, model)   // with cursor: 'cursor' among the options of createModel
 * const reading$ = fromRows(record(journal, hostReadings(), { from: resumed?.cursor }))
 * const saved$ = reading$.pipe(learn(model), checkpoint(store, { journal }))
 */
export const record = <T extends object = Row>(
  journal: Journal<object>,
  rows: AsyncIterable<T | readonly T[]> | Iterable<T | readonly T[]>,
  config?: RecordConfig,
): AsyncIterableIterator<T> => {
  checkJournal('record', journal, 'append')
  const { from } = optionsOf('record', config, { from: undefined })
  const given = rows as Partial<AsyncIterable<T> & Iterable<T>> | null | undefined
  const open = (given?.[Symbol.asyncIterator] ?? given?.[Symbol.iterator]) as (() => Opened<T>) | undefined
  if (typeof open !== 'function')
    throw new TypeError(`record: rows is ${shown(rows)}; expected an iterable or async iterable of rows.`)
  const own = journal as Journal<T>
  const before = own.rows({ after: from, to: own.last })[Symbol.asyncIterator]()
  let isBefore = true
  let source: Opened<T> | undefined
  let isOver = false
  let kept: readonly T[] = []
  let at = 0
  let turn: Promise<unknown> = Promise.resolve()

  const next = async (): Promise<IteratorResult<T>> => {
    if (isBefore && !isOver) {
      const found = await before.next()
      if (!found.done) return found
    }
    isBefore = false
    while (at === kept.length && !isOver) {
      source ??= open.call(rows)
      const found = await source.next()
      if (found.done) isOver = true
      else {
        kept = await own.append((Array.isArray(found.value) ? found.value : [found.value]) as readonly T[])
        at = 0
      }
    }
    return at < kept.length ? { done: false, value: kept[at++]! } : { done: true, value: undefined }
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next() {
      const found = turn.then(next)
      turn = found.catch(() => {})
      return found
    },
    async return() {
      // What waits for the source is let go by the source.
      isOver = true
      kept = []
      at = 0
      await source?.return?.()
      return { done: true, value: undefined }
    },
  }
}

export const checkJournal = (of: string, journal: unknown, method: 'append' | 'rows'): void => {
  if (typeof (journal as Partial<Record<string, unknown>> | null | undefined)?.[method] !== 'function')
    throw new TypeError(`${of}: the journal is ${shown(journal)}; expected what await openJournal('journal') returns.`)
}
