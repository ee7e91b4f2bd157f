/** Which models are paused, by name. */
export interface Pauses {
  has(name: string): boolean
  pause(name: string): void
  resume(name: string): void
  /** Resumes after the model was; at once if it is not paused, or if the server closes. */
  over(name: string): Promise<void> | undefined
  close(): void
}

export const createPauses = (): Pauses => {
  const paused = new Map<string, { readonly over: Promise<void>; readonly resume: () => void }>()
  const resume = (name: string): void => {
    paused.get(name)?.resume()
    paused.delete(name)
  }
  let closed = false
  return {
    has: (name) => paused.has(name),
    pause(name) {
      if (closed || paused.has(name)) return
      let resolve = (): void => {}
      const over = new Promise<void>((resolved) => {
        resolve = resolved
      })
      paused.set(name, { over, resume: resolve })
    },
    resume,
    over: (name) => paused.get(name)?.over,
    close() {
      closed = true
      for (const name of [...paused.keys()]) resume(name)
    },
  }
}

/**
 * Passes rows on, one after another, and waits before each while the model of that name is paused. A reader that leaves
 * closes the rows at once, also while they or the pause last: a generator would close them only afterwards.
 */
export const whileNotPaused = <T>(
  name: string,
  rows: Iterable<T> | AsyncIterable<T>,
  pauses: Pauses,
): AsyncIterable<T> => ({
  [Symbol.asyncIterator]() {
    const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]()
    const end = { done: true, value: undefined } as const
    let leave = (): void => {}
    let hasLeft = false
    const left = new Promise<void>((resolve) => {
      leave = resolve
    })
    return {
      async next() {
        if (hasLeft) return end
        const result = await iterator.next()
        while (pauses.has(name) && !hasLeft && !result.done) await Promise.race([pauses.over(name), left])
        return hasLeft ? end : result
      },
      async return() {
        hasLeft = true
        leave()
        await iterator.return?.()
        return end
      },
    }
  },
})
