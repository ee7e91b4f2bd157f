/** The beginning of a stream, and the whole of it. */
export interface Previewed<T> {
  readonly first: readonly T[]
  /** The whole stream, including the items in `first`. It can be read once. */
  readonly all: AsyncIterable<readonly T[]>
  /** Whether `first` has the number of items that were wanted, or all there are. */
  readonly isSettled: boolean
}

export interface GatherConfig<T = never> {
  /** The number of items that are wanted. */
  readonly count: number
  /** The time to wait for more items after the first one that counts as the beginning has arrived. */
  readonly withinMs: number
  /** Tells whether an item counts as the beginning. Default: every item does. */
  readonly begins?: (item: T) => boolean
}

/** So many items are read at least where none of them counts as the beginning. */
const MOST_BEFORE = 1000

/**
 * Reads the first items of a stream without losing them. It waits until `count` items are there and one of them counts
 * as the beginning, until the stream ends, or until `withinMs` have passed since that one, because a live stream may
 * bring only one row per second.
 */
export const gather = async <T>(
  chunks: AsyncIterable<readonly T[]>,
  { count, withinMs, begins = () => true }: GatherConfig<T>,
): Promise<Previewed<T>> => {
  const iterator = chunks[Symbol.asyncIterator]()
  const held: (readonly T[])[] = []
  const first: T[] = []
  let pending: Promise<IteratorResult<readonly T[]>> | undefined
  let timer: NodeJS.Timeout | undefined
  let timeout: Promise<undefined> | undefined
  let done = false
  let hasBegun = false
  const most = count === 0 ? 0 : Math.max(count, MOST_BEFORE)
  const isEnough = (): boolean => first.length >= (hasBegun ? count : most)
  while (!isEnough()) {
    pending ??= iterator.next()
    const result = await (timeout === undefined ? pending : Promise.race([pending, timeout]))
    if (result === undefined) break
    pending = undefined
    done = result.done === true
    if (done) break
    held.push(result.value as readonly T[])
    for (const item of result.value as readonly T[]) {
      if (isEnough()) break
      first.push(item)
      hasBegun ||= begins(item)
    }
    if (hasBegun)
      timeout ??= new Promise((resolve) => {
        timer = setTimeout(resolve, withinMs, undefined)
      })
  }
  clearTimeout(timer)
  // The pending item may fail before `all` is read; the reader of `all` then gets the error.
  pending?.catch(() => {})
  async function* all(): AsyncGenerator<readonly T[]> {
    try {
      yield* held
      held.length = 0
      while (!done) {
        const result = await (pending ?? iterator.next())
        pending = undefined
        if (result.done) return
        yield result.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return { first, all: all(), isSettled: done || first.length >= count }
}

/** Applies `f` to each item, array by array. */
export async function* mapped<A, B>(
  chunks: AsyncIterable<readonly A[]>,
  f: (item: A) => B,
): AsyncGenerator<readonly B[]> {
  for await (const chunk of chunks) yield chunk.map((item) => f(item))
}
