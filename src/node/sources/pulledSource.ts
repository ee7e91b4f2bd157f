import { shown } from '../../options/shown.js'
import type { Rejection } from '../../records.js'
import type { Cursor } from '../../values.js'
import type { Fate } from './queue.js'
import type { Source, SourceOptions } from './source.js'

/** What a transport brought: a row, with its cursor if the transport has one, or the reason why it is none. */
export type Brought = { readonly kind: 'brought'; readonly row: unknown; readonly cursor?: Cursor } | Rejection

/** Rows that came together and were found to be right. */
export interface Arrival<T> {
  readonly rows: readonly { readonly row: T; readonly cursor: Cursor | undefined }[]
  /** Is told what became of them: `taken` when the reader has finished with each. */
  readonly tell: ((fate: Fate) => void) | undefined
}

/** What a transport knows of the source that reads it. */
export interface Opening<T> {
  readonly signal: AbortSignal
  /** The cursor of the row that was given last, or the one to begin after. */
  cursor(): Cursor | undefined
  /** Checks and counts what came. Every arrival has to be yielded, in the order in which it was admitted. */
  admit(brought: readonly Brought[], tell?: (fate: Fate) => void): Arrival<T>
  /** Counts rows that were refused for want of room. */
  refuse(rows: number): void
}

/**
 * Creates a source that reads what a transport yields. The transport is opened by the first read, and its signal is
 * aborted when the source closes; it then returns, and releases what it holds.
 */
export const pulledSource = <T extends object>(
  name: string,
  { cursor: column, from, check, onRejected, signal }: SourceOptions<T>,
  open: (opening: Opening<T>) => AsyncGenerator<Arrival<T>>,
): Source<T> => {
  const counters = { received: 0, given: 0, waiting: 0, dropped: 0, refused: 0, invalid: 0 }
  const abort = new AbortController()
  let last = from
  let isClosed = false
  let isRead = false
  let arrivals: AsyncGenerator<Arrival<T>> | undefined
  let current: Arrival<T> | undefined
  let at = 0
  /** The senders of the rows that were given since the reader asked last. */
  let due: ((fate: Fate) => void)[] = []

  const reject = (rejection: Rejection): void => {
    counters.invalid++
    if (onRejected !== undefined) onRejected(rejection)
    else if (counters.invalid === 1)
      process.emitWarning(`${name}: a row is refused: ${rejection.reason}. Give onRejected to be told of each.`)
  }
  const reasonOf = (row: unknown, cursor: Cursor | undefined): string | undefined => {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      return `the row is ${shown(row)}; expected an object`
    if (column !== undefined && cursor !== undefined && column in row)
      return `the row has a column ${column} already; expected another name for its cursor`
    return check?.(row as T)
  }
  const admit: Opening<T>['admit'] = (brought, tell) => {
    const rows: Arrival<T>['rows'][number][] = []
    for (const one of brought) {
      if (one.kind === 'rejection') {
        reject(one)
        continue
      }
      const { row, cursor } = one
      const reason = reasonOf(row, cursor)
      if (reason !== undefined) reject({ kind: 'rejection', reason, row, ...(cursor === undefined ? {} : { cursor }) })
      else if (column === undefined) rows.push({ row: row as T, cursor })
      else if (cursor !== undefined) rows.push({ row: { ...(row as T), [column]: cursor }, cursor })
      else {
        // A transport without cursors may bring rows that have one of their own.
        const own = (row as Record<string, unknown>)[column]
        rows.push({ row: row as T, cursor: typeof own === 'string' || typeof own === 'number' ? own : undefined })
      }
    }
    counters.received += rows.length
    if (isClosed) counters.dropped += rows.length
    else counters.waiting += rows.length
    return { rows, tell }
  }
  const close = (): void => {
    if (isClosed) return
    isClosed = true
    signal?.removeEventListener('abort', close)
    counters.dropped += counters.waiting
    counters.waiting = 0
    if (current !== undefined) current.tell?.('closed')
    current = undefined
    abort.abort()
    // A generator that was not begun, or that waits at a yield, is told by this.
    arrivals?.return(undefined).catch(() => {})
  }
  if (signal?.aborted) close()
  else signal?.addEventListener('abort', close, { once: true })

  const end = { done: true, value: undefined } as const
  const give = ({ rows, tell }: Arrival<T>): IteratorResult<T, undefined> => {
    const { row, cursor } = rows[at++]!
    if (cursor !== undefined) last = cursor
    counters.waiting--
    counters.given++
    if (at === rows.length) {
      current = undefined
      if (tell !== undefined) due.push(tell)
    }
    return { done: false, value: row }
  }
  const advance = async (): Promise<IteratorResult<T, undefined>> => {
    try {
      while (!isClosed) {
        if (current !== undefined) return give(current)
        arrivals ??= open({
          ...{ signal: abort.signal, cursor: () => last, admit },
          refuse: (rows) => {
            counters.refused += rows
          },
        })
        const { done, value } = await arrivals.next()
        if (isClosed) {
          if (!done) value.tell?.('closed')
        } else if (done) close()
        else if (value.rows.length === 0) value.tell?.('taken')
        else {
          current = value
          at = 0
        }
      }
      return end
    } catch (error) {
      const wasClosed = isClosed
      close()
      if (wasClosed) return end
      throw error
    }
  }
  let asked: Promise<unknown> | undefined
  const finish = (fate: Fate): void => {
    const told = due
    due = []
    for (const tell of told) tell(fate)
  }

  return {
    name,
    get counters() {
      return { ...counters }
    },
    get cursor() {
      return last
    },
    close,
    [Symbol.asyncIterator]() {
      if (isRead) throw new Error(`${name} is read already; expected one reader: put share() after fromRows.`)
      isRead = true
      return {
        next() {
          finish('taken')
          if (asked === undefined && current !== undefined) return Promise.resolve(give(current))
          const answer: Promise<IteratorResult<T, undefined>> =
            asked === undefined ? advance() : asked.then(advance, advance)
          const settled = (): void => {
            if (asked === answer) asked = undefined
          }
          asked = answer
          answer.then(settled, settled)
          return answer
        },
        return() {
          close()
          finish('closed')
          return Promise.resolve(end)
        },
      }
    },
  }
}
