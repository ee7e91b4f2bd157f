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
 * Creates a track without points. When it is full, it forgets the oldest points, a quarter of all, or thins out: then
 * it keeps every second point of all, and of those to come as well, so that they stay evenly spaced from the first on.
 */
export const createTrack = (lines: number, whenFull: 'forget' | 'thin', capacity = 2048): Track => {
  const [times, steps]: [number[], number[]] = [[], []]
  const values: Cell[][] = Array.from({ length: lines }, () => [])
  const all: Cell[][] = [times, steps, ...values]
  /** Of so many points one is kept, and so many have come since: the newest stands for them until it is replaced. */
  let stride = 1
  let filled = 0

  const makeRoom = (): void => {
    for (const column of all) {
      if (whenFull === 'forget') column.splice(0, capacity >> 2)
      else column.splice(0, Infinity, ...column.filter((_, i) => i % 2 === 0))
    }
    if (whenFull === 'thin') stride *= 2
  }
  const put = (at: number, timeMs: number, step: number, given: readonly Cell[]): void => {
    // A clock may be set back, but the points of a line are in their order.
    times[at] = Math.max(timeMs / 1000, times[at - 1] ?? -Infinity)
    steps[at] = step
    for (let i = 0; i < lines; i += 1) values[i]![at] = given[i] ?? null
  }
  const push = (timeMs: number, step: number, given: readonly Cell[]): void => {
    if (steps.length >= capacity) makeRoom()
    put(steps.length, timeMs, step, given)
    filled = 1
  }

  return {
    get length() {
      return steps.length
    },
    columns: [times, steps, ...values],
    add(timeMs, step, given) {
      if (step <= (steps.at(-1) ?? -1)) return
      if (filled === 0 || filled >= stride) push(timeMs, step, given)
      else {
        put(steps.length - 1, timeMs, step, given)
        filled += 1
      }
    },
    gap() {
      if (values.every((column) => (column.at(-1) ?? null) === null)) return
      push(times.at(-1)! * 1000, steps.at(-1)!, [])
      filled = 0
    },
    clear() {
      for (const column of all) column.length = 0
      stride = 1
      filled = 0
    },
  }
}
