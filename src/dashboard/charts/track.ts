import type { Value } from '../../values.js'

/** A value of a line; null where the line has a gap. */
export type Cell = Value | null

/** Points of several lines over time and steps, in bounded memory. */
export interface Track {
  readonly length: number
  /** The times in seconds since 1970, the steps, and then the values of each line. */
  readonly columns: readonly [times: readonly number[], steps: readonly number[], ...lines: (readonly Cell[])[]]
  /** Adds a point, unless it is of an earlier step than the last or of the same. */
  add(timeMs: number, step: number, values: readonly Cell[]): void
  /** Ends the lines here, so that the next point is not joined to the last. */
  gap(): void
  clear(): void
}

/**
 * Creates a track without points. When it is full, it forgets the oldest points, a quarter of all, or thins them all
 * out by half, so that it still begins with the first.
 */
export const createTrack = (lines: number, whenFull: 'forget' | 'thin', capacity = 2048): Track => {
  const [times, steps]: [number[], number[]] = [[], []]
  const values: Cell[][] = Array.from({ length: lines }, () => [])
  const all: Cell[][] = [times, steps, ...values]

  const push = (timeMs: number, step: number, given: readonly Cell[]): void => {
    if (steps.length >= capacity)
      for (const column of all) {
        if (whenFull === 'forget') column.splice(0, capacity >> 2)
        else column.splice(0, Infinity, ...column.filter((_, i) => i % 2 === 0))
      }
    // A clock may be set back, but the points of a line are in their order.
    times.push(Math.max(timeMs / 1000, times.at(-1) ?? -Infinity))
    steps.push(step)
    for (let i = 0; i < lines; i += 1) values[i]!.push(given[i] ?? null)
  }

  return {
    get length() {
      return steps.length
    },
    columns: [times, steps, ...values],
    add(timeMs, step, given) {
      if (step > (steps.at(-1) ?? -1)) push(timeMs, step, given)
    },
    gap() {
      if (steps.length > 0 && values.some((column) => column.at(-1) !== null))
        push(times.at(-1)! * 1000, steps.at(-1)!, [])
    },
    clear() {
      for (const column of all) column.length = 0
    },
  }
}
