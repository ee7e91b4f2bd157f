/**
 * One place for each key: what comes replaces what lies there, so that who reads slowly reads the newest and nothing
 * piles up. Every reader has places of its own, and begins with the newest of each key.
 */
export interface Mailbox<T> {
  put(key: string, item: T): void
  /** Takes back all that was put, read or not. */
  clear(): void
  /** No more comes: readers read what is there, then end, or throw. */
  end(error?: Error): void
  readonly items: AsyncIterable<T>
}

interface Reader<T> {
  readonly places: Map<string, T>
  readonly waiting: { resolve(result: IteratorResult<T, undefined>): void; reject(error: Error): void }[]
  left: boolean
}

export const createMailbox = <T>(): Mailbox<T> => {
  const newest = new Map<string, T>()
  const readers = new Set<Reader<T>>()
  let ended = false
  let failure: Error | undefined

  const serve = (reader: Reader<T>): void => {
    const { places, waiting } = reader
    while (waiting.length > 0) {
      const [first] = places
      const over = reader.left || (ended && first === undefined)
      if (first === undefined && !over) return
      const { resolve, reject } = waiting.shift()!
      if (over && failure !== undefined && !reader.left) reject(failure)
      else if (over || first === undefined) resolve({ done: true, value: undefined })
      else {
        places.delete(first[0])
        resolve({ done: false, value: first[1] })
      }
    }
  }

  return {
    put(key, item) {
      if (ended) return
      newest.set(key, item)
      for (const reader of readers) {
        reader.places.set(key, item)
        serve(reader)
      }
    },
    clear() {
      newest.clear()
      for (const { places } of readers) places.clear()
    },
    end(error) {
      if (ended) return
      ended = true
      failure = error
      for (const reader of readers) serve(reader)
    },
    items: {
      [Symbol.asyncIterator]() {
        const reader: Reader<T> = { places: new Map(newest), waiting: [], left: false }
        readers.add(reader)
        return {
          next: () =>
            new Promise((resolve, reject) => {
              reader.waiting.push({ resolve, reject })
              serve(reader)
            }),
          return: () => {
            reader.left = true
            readers.delete(reader)
            serve(reader)
            return Promise.resolve({ done: true, value: undefined })
          },
        }
      },
    },
  }
}
