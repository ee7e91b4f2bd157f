import type { Fields } from '../../features/field.js'
import type { Rejection } from '../../records.js'
import type { Row, Value } from '../../values.js'
import { decimals, exactValue, latestLetters } from './cell.js'
import { type CsvLine, type CsvRecord, cellsOf } from './csv.js'
import type { Reading } from './ndjson.js'
import { isPlainForm, readNumber } from './numberForm.js'
import { columnsRead, type ReadColumn, type Rules } from './rules.js'

/** Returns the columns of a file that the fields read, in the order of the file, each with its place. */
const placesOf = (header: readonly string[], fields: Fields, rules: Rules): (ReadColumn & { index: number })[] => {
  const columns = columnsRead(fields, rules)
  return header.flatMap((name, index) => {
    const column = columns.find((other) => other.name === name)
    return column === undefined ? [] : [{ ...column, index }]
  })
}

/** Returns the text of a cell; spaces around it count only in quotes. */
const textOf = ({ cells, quoted }: CsvRecord, index: number): string =>
  quoted?.[index] ? cells[index] : cells[index].trim()

/**
 * Creates a function that turns records into rows. A cell in a column of numbers is read in the form of that column; if
 * it has no number, it counts as missing and is listed as unread. Any other cell is the name that its text is. A
 * missing cell is a field that the row lacks.
 *
 * @param keep columns whose cells are kept beside the row, as they came
 */
export const rowsOfRecords = (
  header: readonly string[],
  fields: Fields,
  rules: Rules,
  keep: readonly string[] = [],
): ((record: CsvRecord) => Reading) => {
  const columns = placesOf(header, fields, rules)
  return (record) => {
    const { cells, line } = record
    if (!hasWidth(record, header)) return ragged(record, header.length)
    const row: Record<string, unknown> = {}
    let unread: Record<string, string> | undefined
    for (const { name, index, form, valueIn, learnFrom, isMissing } of columns) {
      if (index >= cells.length) continue
      const text = textOf(record, index)
      if (isMissing(text)) continue
      const value = form === undefined ? valueIn(text) : readNumber(text, form)
      if (value !== undefined) row[name] = value
      else {
        learnFrom(text)
        unread ??= {}
        unread[name] = text
      }
    }
    const reading = { kind: 'row', line, row, ...(unread !== undefined && { unread }) } as const
    return keep.length === 0 ? reading : { ...reading, kept: keptOf(record, header, keep) }
  }
}

const keptOf = (record: CsvRecord, header: readonly string[], keep: readonly string[]): Row => {
  const kept: Record<string, unknown> = {}
  for (const name of keep) {
    const index = header.indexOf(name)
    const text = index < record.cells.length ? textOf(record, index) : ''
    if (text !== '') kept[name] = exactValue(text)
  }
  return kept
}

/**
 * Tells whether lines can be read in place. They cannot if some texts count as missing, which is decided by comparing
 * texts, if the delimiter may occur in numbers, or if numbers are more than digits.
 */
export const isPlain = (delimiter: string, fields: Fields, rules: Rules): boolean =>
  rules.missing.length === 0 &&
  !/[-.\d]/.test(delimiter) &&
  columnsRead(fields, rules).every(({ form }) => form === undefined || isPlainForm(form))

/**
 * Does the same as `rowsOfRecords` for lines. Nearly every line has a plain decimal wherever a number is expected, and
 * is read in place; any other line is first split into a record.
 */
export const rowsOfLines = (
  header: readonly string[],
  fields: Fields,
  delimiter: string,
  rules: Rules,
  keep: readonly string[] = [],
): ((line: CsvLine) => Reading) => {
  const rowOf = rowsOfRecords(header, fields, rules, keep)
  const wanted = placesOf(header, fields, rules)
  const columns = header.map((_, index) => wanted.find((column) => column.index === index))
  const decimal = decimals()
  const lettersOf = latestLetters()
  const separator = delimiter.charCodeAt(0)
  const plain = ({ source, from, to }: CsvLine): Record<string, unknown> | undefined => {
    const row: Record<string, unknown> = {}
    const letters = lettersOf(source)
    let at = from
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]
      let end: number
      if (column?.form !== undefined) {
        const value = decimal.read(letters, at)
        if (Number.isNaN(value)) return undefined
        row[column.name] = value
        end = decimal.end
      } else {
        end = at
        while (end < to && letters[end] !== separator) end++
        const text = column === undefined ? '' : source.slice(at, end).trim()
        if (column !== undefined && !column.isMissing(text)) {
          const value = column.valueIn(text)
          if (value === undefined) return undefined
          row[column.name] = value
        }
      }
      const last = i === columns.length - 1
      if (last ? end !== to : letters[end] !== separator) return undefined
      at = end + 1
    }
    return row
  }
  const inPlace = keep.length === 0 && isPlain(delimiter, fields, rules)
  return (line) => {
    const row = inPlace ? plain(line) : undefined
    return row === undefined ? rowOf(cellsOf(line, delimiter)) : { kind: 'row', line: line.line, row }
  }
}

/** Reads a cell without a schema, so that one can be inferred; undefined if it is missing. */
export const looseCell = (record: CsvRecord, index: number, missing: readonly string[]): Value | undefined => {
  const text = index < record.cells.length ? textOf(record, index) : ''
  return text === '' || (missing.length > 0 && missing.includes(text)) ? undefined : exactValue(text)
}

/** Tells whether a record has a cell for each name. Empty cells at its end may be too many, and too few. */
export const hasWidth = ({ cells }: CsvRecord, header: readonly string[]): boolean => {
  if (cells.length === header.length) return true
  if (cells.length > header.length) return cells.slice(header.length).every((cell) => cell.trim() === '')
  return header.slice(cells.length).every((name, i) => name === unnamed(cells.length + i))
}

/** Returns the name of a column whose header is empty. */
export const unnamed = (index: number): string => `column${index + 1}`

const ragged = ({ cells, line }: CsvRecord, width: number): Rejection => ({
  kind: 'rejection',
  reason: `the row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, but the header has ${width}`,
  row: cells.join(','),
  cursor: line,
})
