import { readIsoTime } from '../../features/civil.js'
import type { Field } from '../../features/field.js'
import { isMissing } from '../../features/refusal.js'
import type { Row } from '../../values.js'

/** The furthest time from 1970 in milliseconds: that of a `Date`. */
const FURTHEST = 8.64e15

/** Returns a time in milliseconds since 1970; a text without an offset is in UTC. NaN if it is no time. */
const millisecondsOf = (value: unknown): number => {
  if (typeof value === 'number') return value
  if (value instanceof Date) return value.getTime()
  return (typeof value === 'string' ? readIsoTime(value, 0) : undefined) ?? Number.NaN
}

/**
 * Returns a function that returns the time of a row or a label in milliseconds: now, or where a column is named, what it
 * tells itself. If it tells none, that is the newest time that was told.
 *
 * @param field the feature of that column, which may hold times in a unit of its own
 */
export const readingTime = (
  column: string | undefined,
  field: Field | undefined,
): ((given: unknown, now: number, newest: number) => number) => {
  const read = (value: unknown): number =>
    field?.milliseconds ? (field.milliseconds(value) ?? Number.NaN) : millisecondsOf(value)
  return (given, now, newest) => {
    if (column === undefined) return now
    const value = (given as Row | null | undefined)?.[column]
    const at = isMissing(value) ? Number.NaN : read(value)
    return Math.abs(at) <= FURTHEST ? at : newest
  }
}
