/** The largest number of elements between two readings of the clock. */
const MOST_ELEMENTS = 32

/** A stretch of work between two turns of the event loop. */
export interface Slice {
  begin(): void
  /** Is asked after each element, and says whether the event loop is to turn before the next. */
  isOver(): boolean
}

/** Measures stretches of work that last about `yieldMs`. The clock is read more rarely where elements take little time. */
export const createSlice = (yieldMs: number): Slice => {
  let began = 0
  let lookedAt = 0
  let between = 1
  let left = 1
  return {
    begin() {
      began = performance.now()
      lookedAt = began
      // Elements may take longer by now than in the slice before.
      left = 1
    },
    isOver() {
      left--
      if (left > 0) return false
      const now = performance.now()
      const passed = now - lookedAt
      lookedAt = now
      if (passed > 1) between = 1
      else if (passed < Math.min(0.25, yieldMs) && between < MOST_ELEMENTS) between *= 2
      left = between
      return now - began >= yieldMs
    },
  }
}
