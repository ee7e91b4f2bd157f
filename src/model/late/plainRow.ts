import type { Held } from '../../late.js'
import type { Row } from '../../values.js'

/** Copies the value of a column that the model reads: a name, a number, the names of a hashed field, or a date as ms. */
const plainValue = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value.getTime()
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<unknown>, plainValue)
  const copy: [string, unknown][] = []
  // A record of names is read with what it inherits.
  for (const name in value) copy.push([name, plainValue((value as Row)[name])])
  return Object.fromEntries(copy)
}

const isPlain = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null

/**
 * Copies a row's own columns that are plain data, and all that is read of it.
 *
 * @param alone whether to copy only what is read
 */
export const plainRow = (row: Row, read: ReadonlySet<string>, alone = false): Row => {
  const copy: [string, unknown][] = []
  for (const name of alone ? [] : Object.keys(row)) {
    const value = row[name]
    if (!read.has(name) && (isPlain(value) || value instanceof Date)) copy.push([name, plainValue(value)])
  }
  for (const name of read) {
    const value = row[name]
    // Every object inherits `constructor`, which is no column.
    if (value !== undefined && value !== ({} as Row)[name]) copy.push([name, plainValue(value)])
  }
  return Object.fromEntries(copy) as Row
}

/** Returns a row that is held as it came: its dates are dates again. */
export const rowOfHeld = ({ row, dates }: Pick<Held, 'row' | 'dates'>): Row =>
  dates ? { ...row, ...Object.fromEntries(dates.map((name) => [name, new Date(row[name] as number)])) } : row
