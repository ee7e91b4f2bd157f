/** Limits `send` to one call per period, and to a tenth of the time: after a call that took long, the wait is longer. */
export interface Throttle {
  /** Sends at once and returns true if the wait is over; otherwise it sends after the wait. */
  request(now: number): boolean
  /** Sends at once if a call is waiting. */
  flush(): void
  /** Drops the call that is waiting. */
  cancel(): void
}

/** The wait after a call, as a multiple of the time that it took. Learning keeps the rest, however large a frame is. */
const WAIT_PER_WORK = 9

export const createThrottle = (periodMs: number, send: () => void): Throttle => {
  let opensAt = -Infinity
  let timer: ReturnType<typeof setTimeout> | undefined

  const cancel = (): void => {
    clearTimeout(timer)
    timer = undefined
  }
  const fire = (): void => {
    cancel()
    const began = performance.now()
    opensAt = began + periodMs
    send()
    const ended = performance.now()
    opensAt = Math.max(opensAt, ended + WAIT_PER_WORK * (ended - began))
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
