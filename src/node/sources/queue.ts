import type { SourceCounters } from './source.js'

/** What became of rows that were offered. */
export type Fate = 'taken' | 'closed'

/** The bounded queue between senders who push and one reader who pulls. */
export interface Queue<T> {
  readonly counters: { -readonly [K in keyof SourceCounters]: SourceCounters[K] }
  readonly isClosed: boolean
  /**
   * Adds all the rows or none. The promise says `taken` when the reader has asked for the row after the last of them,
   * that is when it has finished with each, and `closed` if that cannot happen any more.
   *
   * @returns undefined if there is not enough room, or if the queue is closed
   */
  offer(rows: readonly T[]): Promise<Fate> | undefined
  /** Ends the reading once the reader asks again; rows that wait are dropped. */
  close(): void
  /** Opens the one reader. A second one throws, because each row is for one reader. */
  read(): AsyncIterator<T>
}

/** The last row of an offer carries the function that tells its sender. */
interface Entry<T> {
  readonly row: T
  readonly tell: ((fate: Fate) => void) | undefined
}

/** Creates a queue; `capacity` bounds the rows that wait, and `name` begins the errors. */
export const createQueue = <T>(capacity: number, name: string): Queue<T> => {
  const counters = { received: 0, given: 0, waiting: 0, dropped: 0, refused: 0, invalid: 0 }
  let entries: Entry<T>[] = []
  let at = 0
  let isClosed = false
  let isRead = false
  /** The reader's requests that wait for rows. */
  let waiting: ((result: IteratorResult<T, undefined>) => void)[] = []
  /** Tells the sender of the row that the reader is busy with. */
  let current: Entry<T>['tell']

  const give = (): IteratorResult<T, undefined> => {
    const { row, tell } = entries[at++]!
    if (at === entries.length) {
      entries = []
      at = 0
    } else if (at >= capacity) {
      entries = entries.slice(at)
      at = 0
    }
    counters.waiting--
    counters.given++
    current = tell
    return { done: false, value: row }
  }
  const finish = (fate: Fate): void => {
    const tell = current
    current = undefined
    tell?.(fate)
  }
  const close = (): void => {
    if (isClosed) return
    isClosed = true
    const rest = entries.slice(at)
    entries = []
    at = 0
    counters.dropped += rest.length
    counters.waiting = 0
    for (const { tell } of rest) tell?.('closed')
    for (const resolve of waiting) resolve({ done: true, value: undefined })
    waiting = []
  }

  return {
    counters,
    get isClosed() {
      return isClosed
    },
    offer(rows) {
      if (isClosed) return undefined
      if (rows.length > capacity - counters.waiting) {
        counters.refused += rows.length
        return undefined
      }
      if (rows.length === 0) return Promise.resolve('taken')
      counters.received += rows.length
      counters.waiting += rows.length
      const fate = new Promise<Fate>((tell) => {
        for (let i = 0; i < rows.length; i++)
          entries.push({ row: rows[i]!, tell: i === rows.length - 1 ? tell : undefined })
      })
      while (waiting.length > 0 && counters.waiting > 0) {
        // A reader that has asked ahead is finished with the row before only when it asks once more.
        finish('taken')
        waiting.shift()!(give())
      }
      return fate
    },
    close,
    read() {
      if (isRead) throw new Error(`${name} is read already; expected one reader: put share() after fromRows.`)
      isRead = true
      return {
        next() {
          finish('taken')
          if (counters.waiting > 0) return Promise.resolve(give())
          if (isClosed) return Promise.resolve({ done: true, value: undefined })
          return new Promise((resolve) => waiting.push(resolve))
        },
        return() {
          close()
          finish('closed')
          return Promise.resolve({ done: true, value: undefined })
        },
      }
    },
  }
}
