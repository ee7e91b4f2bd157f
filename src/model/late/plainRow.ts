import type { Held } from '../../late.js'
import { shown } from '../../options/shown.js'
import type { Row } from '../../values.js'
import { tagOf } from '../state/plainCopy.js'

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

/** The deepest nesting of a value that is held. */
const DEEPEST = 32

const canBeCopied = (value: unknown, depth: number): boolean => {
  if (typeof value !== 'object')
    return typeof value !== 'bigint' && typeof value !== 'symbol' && typeof value !== 'function'
  if (value === null || value instanceof Date) return true
  if (depth === DEEPEST) return false
  if (ArrayBuffer.isView(value)) return typeof (value as { 0?: unknown })[0] !== 'bigint'
  if (Array.isArray(value)) return value.every((part) => canBeCopied(part, depth + 1))
  for (const name in value) if (!canBeCopied((value as Row)[name], depth + 1)) return false
  return true
}

/** Returns the first of the columns that are read whose value cannot be held; undefined if all can. */
export const unholdable = (row: Row, read: ReadonlySet<string>): string | undefined => {
  for (const name of read) {
    try {
      if (!canBeCopied(row[name], 0)) return name
    } catch {
      // A getter or a proxy has thrown.
      return name
    }
  }
  return undefined
}

/** A row as plain data, and which of its columns were a `Date`. */
export type HeldRow = Pick<Held, 'row' | 'dates'>

/** Copies a row's own columns that are plain data and all that is read of it, to be held. */
export const holdRow = (given: Row, read: ReadonlySet<string>): HeldRow => {
  const row = plainRow(given, read)
  const dates = Object.keys(row).filter((name) => given[name] instanceof Date)
  return dates.length > 0 ? { row, dates } : { row }
}

/** Returns why a saved value is no row that is held, as the rest of a sentence, or undefined. */
export const problemOfHeldRow = (saved: unknown): string | undefined => {
  const { row, dates } = (saved ?? {}) as Partial<HeldRow>
  if (tagOf(row) !== 'Object') return `holds the row ${shown(row)}; expected a record`
  const isDate = (name: unknown): boolean =>
    typeof name === 'string' && Object.hasOwn(row as Row, name) && typeof row?.[name] === 'number'
  const areDates = dates === undefined || (Array.isArray(dates) && dates.every(isDate))
  return areDates ? undefined : `holds the dates ${shown(dates)}; expected names of its columns`
}

/** Returns a row that is held as it came: its dates are dates again. */
export const rowOfHeld = ({ row, dates }: HeldRow): Row =>
  dates ? { ...row, ...Object.fromEntries(dates.map((name) => [name, new Date(row[name] as number)])) } : row
