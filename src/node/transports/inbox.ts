/** What a transport pushes waits here for the reader who pulls. */
export interface Inbox<T> {
  readonly size: number
  put(item: T): void
  /** Ends the reading once all items were taken; with an error, it fails then. */
  end(error?: Error): void
  /** Takes all items in order, and waits for further ones. */
  items(): AsyncGenerator<T>
}

/**
 * Creates an inbox.
 *
 * @param capacity the transport is told to pause when so many items wait, and to go on when half of them were taken
 */
export const createInbox = <T>(capacity: number, pause?: () => void, resume?: () => void): Inbox<T> => {
  const waiting: T[] = []
  let ended: { readonly error: Error | undefined } | undefined
  let isPaused = false
  let wake: (() => void) | undefined
  const woken = (): void => {
    wake?.()
    wake = undefined
  }
  return {
    get size() {
      return waiting.length
    },
    put(item) {
      if (ended !== undefined) return
      waiting.push(item)
      if (!isPaused && waiting.length >= capacity) {
        isPaused = true
        pause?.()
      }
      woken()
    },
    end(error) {
      ended ??= { error }
      woken()
    },
    async *items() {
      for (;;) {
        const item = waiting.shift()
        if (item !== undefined) {
          if (isPaused && waiting.length <= capacity / 2) {
            isPaused = false
            resume?.()
          }
          yield item
        } else if (ended !== undefined) {
          if (ended.error !== undefined) throw ended.error
          return
        } else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
