import type { ModelEvent } from '../../records.js'

/** The events of a model, held back until its step is over. */
export interface Events {
  raise(event: ModelEvent): void
  /** Calls the listeners with the events raised since the last delivery. It is only called after a step. */
  deliver(): void
  listen(listener: (event: ModelEvent) => void): () => void
}

export const createEvents = (): Events => {
  const listeners = new Set<(event: ModelEvent) => void>()
  const raised: ModelEvent[] = []
  let delivering = false
  return {
    raise: (event) => {
      raised.push(event)
    },
    deliver() {
      // A listener that learns raises further events: every listener receives them after the earlier ones.
      if (delivering || raised.length === 0) return
      delivering = true
      try {
        for (let event = raised.shift(); event; event = raised.shift())
          for (const listener of listeners) tell(listener, event)
      } finally {
        delivering = false
      }
    },
    listen(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

/** Calls a listener. If it throws, the step stands and the other listeners are called; its error is reported apart. */
const tell = (listener: (event: ModelEvent) => void, event: ModelEvent): void => {
  try {
    listener(event)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
