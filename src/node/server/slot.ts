/** At most one `send` a period: at once when the last was long enough ago, else when the period ends. */
export interface Slot {
  /** Sends now when it may, and says so; else makes sure that it is sent when the period ends. */
  ask(now: number): boolean
  /** Sends now what waits for the end of the period. */
  flush(): void
  cancel(): void
}

export const createSlot = (periodMs: number, send: () => void): Slot => {
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
    ask(now) {
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
