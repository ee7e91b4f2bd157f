/** The largest number of calls between two readings of the clock. */
const MOST_CALLS = 1024

/**
 * Returns a function that reads the clock only now and then, for what is called up to millions of times a second: about
 * once a millisecond, and whenever it is asked to read it at once. It returns undefined where it does not read it.
 */
export const createSparseClock = (): ((atOnce: boolean) => number | undefined) => {
  let callsLeft = 1
  let callsBetween = 1
  let lastReadAt = 0
  return (atOnce) => {
    callsLeft -= 1
    if (callsLeft > 0 && !atOnce) return undefined
    const now = performance.now()
    const passed = now - lastReadAt
    lastReadAt = now
    if (passed > 2) callsBetween = 1
    else if (passed < 0.5 && callsBetween < MOST_CALLS) callsBetween *= 2
    callsLeft = callsBetween
    return now
  }
}
