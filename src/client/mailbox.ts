/**
 * Holds one item for each key: a new item replaces the one before, so that a slow reader gets the newest and nothing
 * piles up. Every reader has unread items of its own, and begins with the newest item of each key.
 */
export interface Mailbox<T> {
  put(key: string, item: T): void
  /** Removes everything that was put, whether it was read or not. */
  clear(): void
  /** Ends the mailbox: readers read what is there, and then end, or throw the error. */
  end(error?: Error): void
  readonly items: AsyncIterable<T>
}

interface Reader<T> {
  readonly unread: Map<string, T>
  readonly waiting: { resolve(result: IteratorResult<T, undefined>): void; reject(error: Error): void }[]
  stopped: boolean
}

export const createMailbox = <T>(): Mailbox<T> => {
  const newest = new Map<string, T>()
  const readers = new Set<Reader<T>>()
  let ended = false
  let failure: Error | undefined

  const serve = (reader: Reader<T>): void => {
    const { unread, waiting } = reader
    while (waiting.length > 0) {
      const [first] = unread
      const isOver = reader.stopped || (ended && first === undefined)
      if (first === undefined && !isOver) return
      const { resolve, reject } = waiting.shift()!
      if (isOver && failure !== undefined && !reader.stopped) reject(failure)
      else if (isOver || first === undefined) resolve({ done: true, value: undefined })
      else {
        unread.delete(first[0])
        resolve({ done: false, value: first[1] })
      }
    }
  }

  return {
    put(key, item) {
      if (ended) return
      newest.set(key, item)
      for (const reader of readers) {
        reader.unread.set(key, item)
        serve(reader)
      }
    },
    clear() {
      newest.clear()
      for (const { unread } of readers) unread.clear()
    },
    end(error) {
      if (ended) return
      ended = true
      failure = error
      for (const reader of readers) serve(reader)
    },
    items: {
      [Symbol.asyncIterator]() {
        const reader: Reader<T> = { unread: new Map(newest), waiting: [], stopped: false }
        readers.add(reader)
        return {
          next: () =>
            new Promise((resolve, reject) => {
              reader.waiting.push({ resolve, reject })
              serve(reader)
            }),
          return: () => {
            reader.stopped = true
            readers.delete(reader)
            serve(reader)
            return Promise.resolve({ done: true, value: undefined })
          },
        }
      },
    },
  }
}
