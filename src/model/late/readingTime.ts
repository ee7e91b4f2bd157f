import { isMissing } from '../../features/refusal.js'
import type { Row } from '../../values.js'

/**
 * Returns a function that returns the time of a row or a label in milliseconds: now, or where a column is named, what it
 * tells itself. If it tells none, that is the newest time that was told.
 */
export const readingTime =
  (column: string | undefined): ((given: unknown, now: number, newest: number) => number) =>
  (given, now, newest) => {
    if (column === undefined) return now
    const value = (given as Row | null | undefined)?.[column]
    const at = isMissing(value) ? Number.NaN : new Date(value as string).getTime()
    return Number.isFinite(at) ? at : newest
  }
