import { randomBytes } from 'node:crypto'

/**
 * Finds out whether a client reads. Buffers of the system may take megabytes for a client that never reads, so what has
 * been sent says nothing. A ping does: a WebSocket answers it once it has read everything that was sent before.
 */
export interface Liveness {
  /** Sends a ping, unless one is unanswered. */
  ping(): void
  /** Adds to the time for which the ping has been unanswered, in milliseconds. */
  pass(passedMs: number): void
  /** Takes a pong; returns whether it answers the ping. A client may send others unasked, and they prove nothing. */
  hear(pong: Uint8Array): boolean
  readonly waiting: boolean
  /** The time for which the ping has been unanswered, in milliseconds; 0 if there is none. */
  readonly waitedMs: number
}

export const createLiveness = (send: (payload: Uint8Array) => void): Liveness => {
  let payload: Buffer | undefined
  let waitedMs = 0
  return {
    get waiting() {
      return payload !== undefined
    },
    get waitedMs() {
      return waitedMs
    },
    ping() {
      if (payload !== undefined) return
      // A client that does not read cannot guess it.
      payload = randomBytes(8)
      send(payload)
    },
    pass(passedMs) {
      if (payload !== undefined) waitedMs += passedMs
    },
    hear(pong) {
      if (!payload?.equals(pong)) return false
      payload = undefined
      waitedMs = 0
      return true
    },
  }
}
