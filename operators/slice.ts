/** The largest number of elements between two readings of the clock. */
const MOST_ELEMENTS = 32

/**
 * Measures stretches of work that last about `yieldMs`. The function that it returns is asked after each element, and says
 * whether the event loop is to turn before the next; with `begins` it begins a stretch. It reads the clock more rarely
 * where elements take little time.
 */
export const createSlice = (yieldMs: number): ((begins?: boolean) => boolean) => {
  let began = 0
  let lookedAt = 0
  let between = 1
  let left = 1
  return (begins) => {
    left--
    if (left > 0 && !begins) return false
    const now = performance.now()
    const passed = now - lookedAt
    lookedAt = now
    if (begins) {
      began = now
      // Elements may take longer by now than in the stretch before.
      left = 1
      return false
    }
    if (passed > 1) between = 1
    else if (passed < Math.min(0.25, yieldMs) && between < MOST_ELEMENTS) between *= 2
    left = between
    return now - began >= yieldMs
  }
}
