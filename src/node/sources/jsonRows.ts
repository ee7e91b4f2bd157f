import type { Fields } from '../../features/field.js'
import type { Row } from '../../values.js'
import type { RowAt } from './ndjson.js'
import { readNumber } from './numberForm.js'
import { columnsRead, type ReadColumn, type Rules } from './rules.js'

/** Marks a value that its column cannot have. */
const unreadable = Symbol()

const read = (value: unknown, { form, isMissing, hasDates, valueIn }: ReadColumn): unknown => {
  if (typeof value === 'string') {
    if (isMissing(value.trim())) return undefined
    if (form !== undefined) return readNumber(value, form) ?? unreadable
    return hasDates ? (valueIn(value) ?? unreadable) : value
  }
  if (hasDates && typeof value === 'number') return valueIn(`${value}`) ?? unreadable
  if (typeof value === 'boolean' || Number.isFinite(value)) return value
  return value === undefined || value === null ? undefined : unreadable
}

/**
 * Creates a function that reads the values of a row as the fields need them. What a column cannot have counts as
 * missing and is listed as unread. A row that needs no change remains the same object; a changed one is a copy, and the
 * row as it came is kept beside it.
 */
export const rowsOfObjects = (fields: Fields, rules: Rules): ((at: RowAt) => RowAt) => {
  const columns = columnsRead(fields, rules)
  return (at) => {
    let row: Record<string, unknown> | undefined
    let unread: Record<string, string> | undefined
    for (const column of columns) {
      const { name } = column
      const given = at.row[name]
      const value = read(given, column)
      if (value === given) continue
      row ??= { ...at.row }
      row[name] = value === unreadable ? undefined : value
      if (value !== unreadable) continue
      const text = typeof given === 'string' ? given : typeof given === 'number' ? `${given}` : JSON.stringify(given)
      column.learnFrom(text)
      unread ??= {}
      unread[name] = text
    }
    return row === undefined ? at : { ...at, row, kept: at.row, ...(unread !== undefined && { unread }) }
  }
}

/** Leaves out the values that count as missing, so that a schema can be inferred. */
export const looseObject = (row: Row, missing: readonly string[]): Row => {
  const isMissing = (value: unknown): boolean =>
    typeof value === 'string' && (value.trim() === '' || missing.includes(value.trim()))
  return Object.values(row).some(isMissing)
    ? Object.fromEntries(Object.entries(row).map(([name, value]) => [name, isMissing(value) ? undefined : value]))
    : row
}
