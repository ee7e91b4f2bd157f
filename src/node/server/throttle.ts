/** Limits `send` to one call per period. */
export interface Throttle {
  /** Sends at once and returns true if the period has ended; otherwise it sends at the end of the period. */
  request(now: number): boolean
  /** Sends at once if a call is waiting for the end of the period. */
  flush(): void
  /** Drops the call that is waiting. */
  cancel(): void
}

export const createThrottle = (periodMs: number, send: () => void): Throttle => {
  let opensAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined

  const cancel = (): void => {
    clearTimeout(timer)
    timer = undefined
  }
  const fire = (): void => {
    cancel()
    opensAt = performance.now() + periodMs
    send()
  }
  return {
    request(now) {
      if (now >= opensAt) {
        fire()
        return true
      }
      timer ??= setTimeout(fire, opensAt - now)
      return false
    },
    flush() {
      if (timer !== undefined) fire()
    },
    cancel,
  }
}
