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

/** Passes rows on, one after another, and waits before each while the model of that name is paused. */
export async function* whileNotPaused<T>(
  name: string,
  rows: Iterable<T> | AsyncIterable<T>,
  pauses: Pauses,
): AsyncGenerator<T> {
  for await (const row of rows) {
    while (pauses.has(name)) await pauses.over(name)
    yield row
  }
}
