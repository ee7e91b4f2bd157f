import { type Field, type Fields, isCategory } from '../../features/field.js'
import type { Rejection } from '../../records.js'
import type { Row } from '../../values.js'
import { decimals, latestLetters, looseCell, numberOf } from './cell.js'
import { type CsvLine, type CsvRecord, cellsOf } from './csv.js'
import { type Reading, type RowAt, shortened } from './ndjson.js'
import type { Schema } from './schema.js'

const refusal = (name: string, value: unknown, expected: string, row: unknown, line: number): Rejection => ({
  kind: 'rejection',
  reason: `${name} is ${shortened(typeof value === 'number' ? String(value) : JSON.stringify(value))}, expected ${expected}`,
  row,
  field: name,
  cursor: line,
})

const isNumber = (field: Field): boolean => !isCategory(field)

/** Returns the columns that fields read, and whether each has numbers. A field with a memory reads other columns. */
const columnsRead = (fields: Fields): ReadonlyMap<string, boolean> => {
  const entries = Object.entries<Field>(fields)
  const columns = new Map<string, boolean>()
  for (const [, field] of entries) {
    const memory = field.memory?.()
    if (memory) columns.set(memory.reads, true)
    if (memory?.by !== undefined && !columns.has(memory.by)) columns.set(memory.by, false)
  }
  // If a column has its own field, that field determines what the column has.
  for (const [name, field] of entries) if (!field.memory) columns.set(name, isNumber(field))
  return columns
}

/** Creates a check that accepts a row whose values have the kinds of the schema, and otherwise returns a rejection. */
export const conformingRows = ({ features, target }: Schema): ((at: RowAt) => Reading) => {
  const columns = Array.from(columnsRead({ ...features, ...target }), ([name, number]) => ({ name, number }))
  return (at) => {
    for (const { name, number } of columns) {
      const value = at.row[name]
      if (value === undefined || value === null) continue
      if (number ? !(Number.isFinite(value) || typeof value === 'boolean') : typeof value === 'object')
        return refusal(name, value, number ? 'a number' : 'a text, a number or a boolean', at.row, at.line)
    }
    return at
  }
}

export interface CellConfig {
  /** The texts that mean an empty cell, such as NA. */
  readonly missing?: readonly string[]
  /** Whether every cell of the file is quoted, so that quotes say nothing about a cell's kind. */
  readonly allQuoted?: boolean
}

/** Returns the columns of a file that the fields read, in the order of the file. */
const columnsOf = (header: readonly string[], fields: Fields): { name: string; index: number; number: boolean }[] => {
  const wanted = columnsRead(fields)
  return header.flatMap((name, index) => {
    const number = wanted.get(name)
    return number === undefined ? [] : [{ name, index, number }]
  })
}

/**
 * Creates a function that turns records into rows. A cell in a column of numbers must contain a number. Any other cell
 * is a number if it reads as one and was not quoted; otherwise it is its text. An empty cell is a field that the row
 * lacks.
 */
export const rowsOfRecords = (
  header: readonly string[],
  fields: Fields,
  { missing = [], allQuoted = false }: CellConfig = {},
): ((record: CsvRecord) => Reading) => {
  const columns = columnsOf(header, fields)
  const empty = new Set(missing)
  return (record) => {
    const { cells, line, quoted } = record
    if (cells.length !== header.length) return ragged(record, header.length)
    const row: Record<string, unknown> = {}
    for (const { name, index, number } of columns) {
      const text = cells[index]
      if (empty.size > 0 && empty.has(text.trim())) continue
      const value = number ? numberOf(text) : looseCell(text, !allQuoted && (quoted?.[index] ?? false))
      if (value !== undefined) row[name] = value
      else if (number && text.trim() !== '') return refusal(name, text, 'a number', cells.join(','), line)
    }
    return { kind: 'row', line, row }
  }
}

/**
 * Tells whether lines can be read in place. They cannot if some texts count as empty, which is decided by comparing
 * texts, or if the delimiter may occur in numbers.
 */
export const isPlain = (delimiter: string, { missing = [] }: CellConfig): boolean =>
  missing.length === 0 && !/[-.\d]/.test(delimiter)

/**
 * Does the same as `rowsOfRecords` for lines. Nearly every line has a plain decimal wherever a number is expected, and
 * is read in place; any other line is first split into a record.
 */
export const rowsOfLines = (
  header: readonly string[],
  fields: Fields,
  delimiter: string,
  config: CellConfig = {},
): ((line: CsvLine) => Reading) => {
  const rowOf = rowsOfRecords(header, fields, config)
  const wanted = columnsOf(header, fields)
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
      if (column?.number) {
        const value = decimal.read(letters, at)
        if (Number.isNaN(value)) return undefined
        row[column.name] = value
        end = decimal.end
      } else {
        end = at
        while (end < to && letters[end] !== separator) end++
        const value = column && looseCell(source.slice(at, end), false)
        if (value !== undefined) row[column!.name] = value
      }
      const last = i === columns.length - 1
      if (last ? end !== to : letters[end] !== separator) return undefined
      at = end + 1
    }
    return row
  }
  const inPlace = isPlain(delimiter, config)
  return (line) => {
    const row = inPlace ? plain(line) : undefined
    return row === undefined ? rowOf(cellsOf(line, delimiter)) : { kind: 'row', line: line.line, row }
  }
}

/** Reads every cell of a record without a schema, so that one can be inferred; undefined for a ragged record. */
export const looseRow = (
  { cells, quoted }: CsvRecord,
  header: readonly string[],
  { missing = [], allQuoted = false }: CellConfig,
): Row | undefined => {
  if (cells.length !== header.length) return undefined
  const row: Record<string, unknown> = {}
  for (let i = 0; i < header.length; i++) {
    const text = cells[i]
    const isEmpty = missing.length > 0 && missing.includes(text.trim())
    row[header[i]] = isEmpty ? undefined : looseCell(text, !allQuoted && (quoted?.[i] ?? false))
  }
  return row
}

const ragged = ({ cells, line }: CsvRecord, width: number): Rejection => ({
  kind: 'rejection',
  reason: `the row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, but the header has ${width}`,
  row: cells.join(','),
  cursor: line,
})
