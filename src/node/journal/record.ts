import { checkFunction } from '../../options/checkFunction.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { Cursor, Row } from '../../values.js'
import type { Journal } from './journal.js'

export interface RecordConfig<T = Row> {
  /** The cursor of the last row of the journal that is not to be read again, such as `model.cursor`. Default: none. */
  readonly from?: Cursor | undefined
  /**
   * Returns what tells a row from all others, such as the number that its sender gave it: a row that comes again is then
   * passed over, as long as it is among the newest `keys` of `openJournal`. Default: every row is a new one.
   */
  readonly key?: ((row: T) => string | number) | undefined
}

type Opened<T> = AsyncIterator<T | readonly T[]> | Iterator<T | readonly T[]>

/**
 * Keeps the rows of a source in a journal, and hands on each with its cursor once it is on the disk; rows that come
 * together in an array are flushed together. Before them come the rows behind `from` that the journal has.
 *
 * A source that acknowledges a row when the next one is asked for, as those of rxgrad/node do, so acknowledges what is on
 * the disk and was learned. After a crash such a source brings again what was not acknowledged, and `key` tells which of
 * these rows the journal has already.
 *
 * @throws JournalError if the journal lacks rows behind `from`; TypeError for what is no journal or no rows, and for a key that
 * is neither text nor a number
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
  config?: RecordConfig<T>,
): AsyncIterableIterator<T> => {
  checkJournal('record', journal, 'append')
  const { from, key } = optionsOf('record', config, { from: undefined, key: undefined })
  if (key !== undefined) checkFunction('record: key is', key, 'a function of a row')
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
        const given = (Array.isArray(found.value) ? found.value : [found.value]) as readonly T[]
        kept = await (key === undefined ? own.append(given) : appendNew(own, given, key))
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

/** Appends the rows of which the journal does not know the keys; they are flushed together. */
const appendNew = async <T extends object>(
  journal: Journal<T>,
  rows: readonly T[],
  keyOf: (row: T) => string | number,
): Promise<readonly T[]> => {
  const fresh = new Map<string, T>()
  for (const row of rows) {
    const key: unknown = keyOf(row)
    if (typeof key !== 'string' && (typeof key !== 'number' || Number.isNaN(key)))
      throw new TypeError(
        `record: the key of a row is ${shown(key)}; expected a text or a number, as its sender gave it.`,
      )
    if (!journal.keys.has(`${key}`) && !fresh.has(`${key}`)) fresh.set(`${key}`, row)
  }
  const kept = await Promise.all([...fresh].map(([key, row]) => journal.append([row], { key, digest: '' })))
  return kept.flat()
}

export const checkJournal = (of: string, journal: unknown, method: 'append' | 'rows'): void => {
  if (typeof (journal as Partial<Record<string, unknown>> | null | undefined)?.[method] !== 'function')
    throw new TypeError(`${of}: the journal is ${shown(journal)}; expected what await openJournal('journal') returns.`)
}
