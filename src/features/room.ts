import type { Floats } from '../values.js'

/** What a field had no room for, as an event tells of it. */
export interface RoomNews {
  /** The room that there is: columns for names, or entries of a row. */
  readonly capacity: number
  /** How many had no room so far: names of a category, or rows with more names than a sparse field holds. */
  readonly count: number
  /** What became of them, and what to do, as the rest of a sentence that begins with the field's name. */
  readonly reason: string
}

/** What was counted of a field that had no room for all. */
export interface Tally {
  /** How many had no room. */
  count: number
  /** The count at which it is told next, a power of two. */
  next: number
}

/** Counts what a field of one model had no room for, since the model was created or restored. */
export interface Room {
  /**
   * What was counted; undefined before the first. Models that share their working parts put their own here, so it is
   * never copied.
   */
  tally: Tally | undefined
  /** Looks at a learned row's numbers; it returns true if not all of the row's names are among them. */
  shortens?(x: Floats, at: number): boolean
  /** Returns news if there is something to tell: at the first, and whenever the count reaches a power of two. */
  news(): RoomNews | undefined
}

/** Tells whether a growing count has first reached 1, 2, 4, 8, …, since this was last asked. */
export const isDue = (tally: Tally): boolean => {
  if (tally.count < tally.next) return false
  while (tally.next <= tally.count) tally.next *= 2
  return true
}

/** Returns the least power of two that is at least n. */
export const powerOfTwo = (n: number): number => {
  let power = 1
  while (power < n) power *= 2
  return power
}
