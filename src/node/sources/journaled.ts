import type { Cursor } from '../../values.js'
import type { Journal } from '../journal/journal.js'
import type { Queue } from './queue.js'

/** The queue of a source whose rows are in a journal before they are in the queue. */
export interface Journaled<T> {
  /**
   * Appends rows, all or none, and then adds them to the queue with their cursors; it resolves once they are on the disk.
   *
   * @returns undefined if there is not enough room, or if the queue is closed
   */
  take(rows: readonly T[], sent?: { readonly key: string; readonly digest: string }): Promise<void> | undefined
  /** Opens the one reader: it gets the rows behind the cursor that the journal has, and then those of the queue. */
  read(): AsyncIterator<T>
}

/** @throws JournalError if the journal has not all the rows behind the cursor */
export const journaled = <T extends object>(
  queue: Queue<T>,
  capacity: number,
  journal: Journal<T>,
  from: Cursor | undefined,
): Journaled<T> => {
  const { counters } = queue
  const before = journal.rows({ after: from, to: journal.last })[Symbol.asyncIterator]()
  /** The rows that are being written, which have their room in the queue already. */
  let writing = 0

  return {
    take(rows, sent) {
      if (queue.isClosed) return undefined
      if (rows.length > capacity - counters.waiting - writing) {
        counters.refused += rows.length
        return undefined
      }
      writing += rows.length
      return journal.append(rows, sent).then(
        (kept) => {
          writing -= rows.length
          // If the queue is closed by now, a later reader gets them from the journal.
          void queue.offer(kept)
        },
        (error) => {
          writing -= rows.length
          throw error
        },
      )
    },
    read() {
      const live = queue.read()
      let isBefore = true
      let turn: Promise<unknown> = Promise.resolve()
      const next = async (): Promise<IteratorResult<T>> => {
        const { done, value } = isBefore && !queue.isClosed ? await before.next() : { done: true, value: undefined }
        isBefore = isBefore && !done
        if (!isBefore) return live.next()
        counters.received++
        counters.given++
        return { done: false, value }
      }
      return {
        next() {
          if (!isBefore) return live.next()
          const found = turn.then(next)
          turn = found.catch(() => {})
          return found
        },
        async return() {
          await before.return?.()
          return live.return!()
        },
      }
    },
  }
}
