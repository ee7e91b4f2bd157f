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

/** Counts what a field of one model had no room for, since the model was created or restored. */
export interface Room {
  /** Looks at a learned row's numbers; it returns true if not all of the row's names are among them. */
  shortens?(x: Floats, at: number): boolean
  /** How many had no room. */
  count(): number
  /** Returns news if there is something to tell: at the first, and whenever the count reaches a power of two. */
  news(): RoomNews | undefined
}

/** Creates a function that tells when a growing count first reaches 1, 2, 4, 8, …, since it was last asked. */
export const atPowersOfTwo = (): ((count: number) => boolean) => {
  let next = 1
  return (count) => {
    if (count < next) return false
    while (next <= count) next *= 2
    return true
  }
}

/** Returns the least power of two that is at least n. */
export const powerOfTwo = (n: number): number => {
  let power = 1
  while (power < n) power *= 2
  return power
}
