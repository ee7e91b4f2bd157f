import type { ModelEvent } from '../../records.js'

/** What a model has to tell, kept until its step is over. */
export interface Events {
  raise(event: ModelEvent): void
  /** Calls the listeners with what was raised since. Only ever after a step. */
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
      // a listener that learns raises events of its own: they follow those before them, for every listener
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

/** A listener that throws is its owner's affair: the step is taken, and the others are told all the same. */
const tell = (listener: (event: ModelEvent) => void, event: ModelEvent): void => {
  try {
    listener(event)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
