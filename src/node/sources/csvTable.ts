import type { Fields } from '../../features/field.js'
import type { Rejection } from '../../records.js'
import type { Row } from '../../values.js'
import { columnsOfLines, type Item } from './blocks.js'
import { isPlain, looseRow, rowsOfLines, rowsOfRecords } from './conform.js'
import { type CsvConfig, type CsvRecord, cellsOf, csvLines } from './csv.js'
import { gather, mapped } from './gather.js'
import { InputError } from './inputError.js'
import { through } from './lines.js'
import type { Reading } from './ndjson.js'
import { paced } from './pace.js'
import type { Schema } from './schema.js'
import { aheadOf, noRows, type Table, type TableConfig } from './table.js'

/**
 * Opens a table of CSV text.
 *
 * @throws InputError if the header cannot be used, or if there is no row
 */
export const csvTable = async (
  name: string,
  text: AsyncIterable<string>,
  config: TableConfig & Required<Pick<CsvConfig, 'delimiter'>>,
): Promise<Table> => {
  const { delimiter } = config
  const whole = (item: Item): CsvRecord | Rejection => (item.kind === 'line' ? cellsOf(item, delimiter) : item)
  let columns: readonly string[] = []
  const headed = afterHeader(through(text, csvLines(config)), (header) => {
    columns = headerOf(whole(header), name)
  })
  const { first, all } = await gather(headed, { ...aheadOf(config), begins: ({ kind }) => kind !== 'rejection' })
  const records = first.map(whole).filter((item) => item.kind === 'record')
  const cellConfig = { missing: config.missing ?? [], allQuoted: records.every(isQuoted) }
  const sample: Row[] = []
  for (const record of records) {
    const row = looseRow(record, columns, cellConfig)
    if (row !== undefined) sample.push(row)
  }
  if (sample.length === 0) {
    const readings = first.map(whole).map((item) => (item.kind === 'record' ? rowsOfRecords(columns, {})(item) : item))
    throw noRows(name, readings[0])
  }
  const readingOf = ({ features, target }: Schema, keep: Fields = {}): ((item: Item) => Reading) => {
    const fields = { ...keep, ...features, ...target }
    const rowOf = rowsOfRecords(columns, fields, cellConfig)
    const rowIn = rowsOfLines(columns, fields, delimiter, cellConfig)
    return (item) => (item.kind === 'line' ? rowIn(item) : item.kind === 'record' ? rowOf(item) : item)
  }
  return {
    name,
    format: 'csv',
    columns,
    sample,
    rows: (schema, keep) => paced(mapped(all, readingOf(schema, keep))),
    async *blocks(schema) {
      const reading = readingOf(schema)
      const cut = isPlain(delimiter, cellConfig) ? columnsOfLines(columns, schema, delimiter, reading) : undefined
      for await (const items of paced(all)) yield cut === undefined ? [items.map((item) => reading(item))] : cut(items)
    },
  }
}

/** Tells whether all cells are quoted. If those of all records are, quotes say nothing about a cell's kind. */
const isQuoted = ({ cells, quoted }: CsvRecord): boolean =>
  cells.every((cell, i) => cell === '' || quoted?.[i] === true)

/** Passes on everything but the header, and hands over the header before it waits for rows. */
async function* afterHeader(
  chunks: AsyncIterable<readonly Item[]>,
  onHeader: (header: Item) => void,
): AsyncGenerator<readonly Item[]> {
  let seen = false
  for await (const chunk of chunks) {
    if (!seen) onHeader(chunk[0])
    yield seen ? chunk : chunk.slice(1)
    seen = true
  }
}

const headerOf = (header: CsvRecord | Rejection, name: string): string[] => {
  const errorOf = (what: string): InputError =>
    new InputError(`${name}, line ${header.kind === 'record' ? header.line : header.cursor}: ${what}`)
  if (header.kind === 'rejection') throw errorOf(`the header cannot be read: ${header.reason}.`)
  const columns = header.cells.map((cell, i) => cell.trim() || `column${i + 1}`)
  const twice = columns.find((column, i) => columns.indexOf(column) < i)
  if (twice !== undefined) throw errorOf(`the header has two columns "${twice}"; rename one of them.`)
  if (columns.includes('__proto__')) throw errorOf('a column cannot have the name __proto__; rename it.')
  if (header.cells.every((cell) => cell.trim() !== '' && Number.isFinite(Number(cell))))
    throw errorOf('the first line contains only numbers; expected a header with the names of the columns.')
  return columns
}
