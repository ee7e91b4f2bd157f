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

/** The columns that fields read, and whether each holds numbers: a field that remembers reads those of other names. */
const columnsRead = (fields: Fields): ReadonlyMap<string, boolean> => {
  const entries = Object.entries<Field>(fields)
  const columns = new Map<string, boolean>()
  for (const [, field] of entries) {
    const memory = field.memory?.()
    if (memory) columns.set(memory.reads, true)
    if (memory?.by !== undefined && !columns.has(memory.by)) columns.set(memory.by, false)
  }
  // a field of the column itself says best what it holds
  for (const [name, field] of entries) if (!field.memory) columns.set(name, isNumber(field))
  return columns
}

/** Lets the rows pass whose values are of the schema's kinds: numbers where numbers stand, names where names stand. */
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
  /** Texts that mean an empty cell, such as NA. */
  readonly missing?: readonly string[]
  /** Every cell of this file is quoted, so that quotes say nothing about its kind. */
  readonly allQuoted?: boolean
}

/** The columns of a file that a schema names, in the file's order. */
const columnsOf = (header: readonly string[], fields: Fields): { name: string; index: number; number: boolean }[] => {
  const wanted = columnsRead(fields)
  return header.flatMap((name, index) => {
    const number = wanted.get(name)
    return number === undefined ? [] : [{ name, index, number }]
  })
}

/**
 * Turns records into rows. A cell of a number's column must hold a number; any other keeps its text, or is a number
 * where it reads as one and was not quoted. An empty cell is a field that the row does not have.
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
 * Whether lines can be read as they stand: what counts as empty is compared as text, and a delimiter may be in numbers.
 */
export const isPlain = (delimiter: string, { missing = [] }: CellConfig): boolean =>
  missing.length === 0 && !/[-.\d]/.test(delimiter)

/**
 * The same for lines as they stand. Nearly all of them hold a plain decimal wherever a number is wanted, and are read
 * in one go; any other goes the way of records.
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
    const own = lettersOf(source)
    let at = from
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]
      let end: number
      if (column?.number) {
        const value = decimal.read(own, at)
        if (Number.isNaN(value)) return undefined
        row[column.name] = value
        end = decimal.end
      } else {
        end = at
        while (end < to && own[end] !== separator) end++
        const value = column && looseCell(source.slice(at, end), false)
        if (value !== undefined) row[column!.name] = value
      }
      const last = i === columns.length - 1
      if (last ? end !== to : own[end] !== separator) return undefined
      at = end + 1
    }
    return row
  }
  const quick = isPlain(delimiter, config)
  return (line) => {
    const row = quick ? plain(line) : undefined
    return row === undefined ? rowOf(cellsOf(line, delimiter)) : { kind: 'row', line: line.line, row }
  }
}

/** Every cell as it looks, for the inference of a schema; undefined for a ragged record. */
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
  reason: `${cells.length} ${cells.length === 1 ? 'field' : 'fields'} where the header has ${width}`,
  row: cells.join(','),
  cursor: line,
})
