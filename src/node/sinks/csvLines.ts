import { shown } from '../../options/shown.js'
import type { Row } from '../../values.js'
import { jsonPart } from './queuedSink.js'

/** The columns of a row, those of a nested object under names such as `probabilities.yes`. */
export const columnsOf = (by: string, row: Row, before = ''): [name: string, value: unknown][] =>
  Object.entries(row).flatMap(([name, value]) => {
    const column = `${before}${name}`
    if (typeof value !== 'object' || value === null || value instanceof Date || Array.isArray(value))
      return [[column, value]]
    if (column.length > 1000)
      throw new TypeError(`${by}: the column ${shown(column)} is within itself; expected numbers and texts in the end.`)
    return columnsOf(by, value as Row, `${column}.`)
  })

/** Writes the lines of CSV under a header whose columns are fixed. */
export interface CsvLines {
  readonly header: string
  line(row: Row): string
}

/**
 * Creates a writer of CSV as `fileSource` reads it: a text that could be mistaken, such as one with spaces at its ends, is
 * quoted, and what is missing or no number is an empty cell.
 *
 * @param onOther is told of a column that has a value, but no place in the header
 */
export const csvLines = (
  by: string,
  columns: readonly string[],
  delimiter: string,
  onOther: (column: string) => void,
): CsvLines => {
  const places = new Map(columns.map((name, i) => [name, i]))
  for (const name of columns)
    if (name === '' || name.includes(delimiter) || /["\n\r]|^\s|\s$|^[[{#]/.test(name))
      throw new TypeError(
        `${by}: a column is called ${shown(name)}; expected a name that can stand in a header: rename it, leave it out by columns, or write NDJSON.`,
      )
  const quoted = (text: string): string =>
    text.includes(delimiter) || /["\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  const cellOf = (column: string, value: unknown): string => {
    if (value === undefined || value === null) return ''
    if (typeof value === 'number') return numberText(value)
    if (typeof value === 'string') return quoted(value)
    if (typeof value === 'boolean' || typeof value === 'bigint') return `${value}`
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
    if (Array.isArray(value)) return quoted(jsonPart(by, column, value))
    throw new TypeError(
      `${by}: the column ${column} is ${shown(value)}; expected a number, a text, true or false, a Date or an array.`,
    )
  }
  return {
    header: `${columns.join(delimiter)}\n`,
    line(row) {
      const cells: string[] = columns.map(() => '')
      for (const [name, value] of columnsOf(by, row)) {
        const place = places.get(name)
        if (place !== undefined) cells[place] = cellOf(name, value)
        else if (value !== undefined && value !== null) onOther(name)
      }
      // Where all cells are empty, the line could be taken for a blank one.
      if (cells.join('') === '') cells[0] = '""'
      return `${cells.join(delimiter)}\n`
    },
  }
}

/** Writes a number so that it is read as the same one; a large whole number in digits would be taken for a code. */
const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return ''
  if (Object.is(value, -0)) return '-0'
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : `${value}`
}
