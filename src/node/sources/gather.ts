/** The beginning of a stream, and the whole of it. */
export interface Previewed<T> {
  readonly first: readonly T[]
  /** The stream from its start, what was gathered included. Can be read once. */
  readonly all: AsyncIterable<readonly T[]>
}

export interface GatherConfig<T = never> {
  /** How many are wanted. */
  readonly count: number
  /** How long to wait for more, once one that counts as the beginning is there. */
  readonly withinMs: number
  readonly begins?: (item: T) => boolean
}

/**
 * Looks at the first items of a stream without losing them: waits until `count` are there, the stream ends, or the
 * time since the first one is up. A live stream may bring a row a second.
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
  let late: Promise<undefined> | undefined
  let done = false
  while (first.length < count) {
    pending ??= iterator.next()
    const result = await (late === undefined ? pending : Promise.race([pending, late]))
    if (result === undefined) break
    pending = undefined
    done = result.done === true
    if (done) break
    held.push(result.value as readonly T[])
    for (const item of result.value as readonly T[]) if (first.length < count) first.push(item)
    if (first.some(begins))
      late ??= new Promise((resolve) => {
        timer = setTimeout(resolve, withinMs, undefined)
      })
  }
  clearTimeout(timer)
  // It may fail before `all` is read; who reads it gets the error.
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
  return { first, all: all() }
}

/** Each item made into another, array by array. */
export async function* mapped<A, B>(
  chunks: AsyncIterable<readonly A[]>,
  f: (item: A) => B,
): AsyncGenerator<readonly B[]> {
  for await (const chunk of chunks) yield chunk.map((item) => f(item))
}
