import type { Rejection } from '../../records.js'
import { withoutBlanks } from './blankRows.js'
import { columnsOfLines, type Item } from './blocks.js'
import { numberOf } from './cell.js'
import { type Census, countValue, emptyCensus } from './census.js'
import { type Contents, contentsIn } from './content.js'
import { type CsvConfig, type CsvRecord, cellsOf, csvLines } from './csv.js'
import { hasWidth, isPlain, looseCell, rowsOfLines, rowsOfRecords, unnamed } from './csvRows.js'
import { gather, mapped } from './gather.js'
import { InputError } from './inputError.js'
import { through } from './lines.js'
import type { Reading } from './ndjson.js'
import { paced } from './pace.js'
import { withoutRepeats } from './repeatedHeader.js'
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
  config: TableConfig & CsvConfig & Required<Pick<CsvConfig, 'delimiter'>>,
): Promise<Table> => {
  const { delimiter, missing = [], decimal = 'point' } = config
  const whole = (item: Item): CsvRecord | Rejection => (item.kind === 'line' ? cellsOf(item, delimiter) : item)
  let columns: readonly string[] = []
  let headerLine = 1
  const headed = afterHeader(through(text, csvLines(config), name), delimiter, (header) => {
    columns = headerOf(whole(header), name)
    if (header.kind !== 'rejection') headerLine = header.line
  })
  const begins = (item: Item): boolean => {
    const read = whole(item)
    return read.kind === 'record' && hasWidth(read, columns)
  }
  const { first, all, isSettled } = await gather(headed, { ...aheadOf(config), begins })
  const items = first.map(whole)
  const records = items.filter((item) => item.kind === 'record' && hasWidth(item, columns)) as CsvRecord[]
  const contents = config.contents ?? contentsOfRecords(records, columns, config)
  const rules = { missing, decimal, contents, orders: new Map() }
  if (records.length === 0) {
    const rowOf = rowsOfRecords(columns, {}, rules)
    const read = items.map((item) => (item.kind === 'record' ? rowOf(item) : item))
    throw noRows(name, read[0], laterHeader(items))
  }
  const readingOf = ({ features, target }: Schema, keep: readonly string[] = []): ((item: Item) => Reading) => {
    const fields = { ...features, ...target }
    const rowOf = rowsOfRecords(columns, fields, rules, keep)
    const rowIn = rowsOfLines(columns, fields, delimiter, rules, keep)
    return (item) => (item.kind === 'line' ? rowIn(item) : item.kind === 'record' ? rowOf(item) : item)
  }
  return {
    name,
    format: 'csv',
    columns,
    headerLine,
    // Whoever infers a schema from the contents alone does not need the rows.
    get sample() {
      return records.map((record) =>
        Object.fromEntries(columns.map((column, i) => [column, looseCell(record, i, missing)])),
      )
    },
    contents,
    isSettled,
    rows: (schema, keep) => paced(mapped(all, readingOf(schema, keep))),
    async *blocks(schema) {
      const reading = readingOf(schema)
      const { features, target } = schema
      const isInPlace = isPlain(delimiter, { ...features, ...target }, rules)
      const cut = isInPlace ? columnsOfLines(columns, schema, delimiter, reading) : undefined
      for await (const items of paced(all)) yield cut === undefined ? [items.map((item) => reading(item))] : cut(items)
    },
  }
}

/** Finds what the columns of the first records hold. */
const contentsOfRecords = (
  records: readonly CsvRecord[],
  columns: readonly string[],
  { missing = [], decimal = 'point', delimiter }: TableConfig & Required<Pick<CsvConfig, 'delimiter'>>,
): Contents => {
  const counted = columns.map((column): [string, Census] => [column, emptyCensus()])
  for (const record of records)
    for (let i = 0; i < columns.length; i++) countValue(counted[i][1], looseCell(record, i, missing), decimal)
  return contentsIn(new Map(counted), { decimal, quoted: quotedColumns(records, columns, delimiter) })
}

/**
 * Returns the columns all of whose cells are quoted, although other columns have bare cells: their numbers are texts.
 * Quotes around a comma say nothing about a cell.
 */
const quotedColumns = (
  records: readonly CsvRecord[],
  columns: readonly string[],
  delimiter: string,
): ReadonlySet<string> => {
  if (records.every(({ quoted }) => quoted === undefined)) return new Set()
  const isBare = ({ cells, quoted }: CsvRecord, i: number): boolean => Boolean(cells[i]) && quoted?.[i] !== true
  const isText = ({ cells, quoted }: CsvRecord, i: number): boolean =>
    quoted?.[i] === true && cells[i] !== '' && !cells[i].includes(delimiter)
  const texts = columns.filter(
    (_, i) => records.some((record) => isText(record, i)) && !records.some((record) => isBare(record, i)),
  )
  return new Set(columns.some((_, i) => records.some((record) => isBare(record, i))) ? texts : [])
}

/** Says what to do if a later line may be the header: one without numbers that has as many cells as the last line. */
const laterHeader = (items: readonly (CsvRecord | Rejection)[]): string | undefined => {
  const records = items.filter((item) => item.kind === 'record')
  const width = records.at(-1)?.cells.length
  const header = records.find(({ cells }) => cells.length === width)
  if (header === undefined || header === records.at(-1) || header.cells.some((cell) => numberOf(cell) !== undefined))
    return undefined
  return ` If the header is line ${header.line}, cut what is above it, as in tail -n +${header.line} FILE | rxgrad learn - …`
}

/**
 * Passes on everything but the header, which it hands over before it waits for rows, and but the rows that hold nothing.
 * It rejects repetitions of the header.
 */
async function* afterHeader(
  chunks: AsyncIterable<readonly Item[]>,
  delimiter: string,
  onHeader: (header: Item) => void,
): AsyncGenerator<readonly Item[]> {
  let checked: ReturnType<typeof withoutRepeats> | undefined
  for await (const chunk of chunks) {
    const items = checked === undefined ? chunk.slice(1) : chunk
    if (checked === undefined) {
      onHeader(chunk[0])
      checked = withoutRepeats(chunk[0])
    }
    yield checked(withoutBlanks(items, delimiter))
  }
}

const headerOf = (header: CsvRecord | Rejection, name: string): string[] => {
  const errorOf = (what: string): InputError =>
    new InputError(`${name}, line ${header.kind === 'record' ? header.line : header.cursor}: ${what}`)
  if (header.kind === 'rejection') throw errorOf(`the header cannot be read: ${header.reason}.`)
  const cells = header.cells.map((cell) => cell.trim())
  // A header may be written as a comment: # a,b
  const columns = cells.map((cell, i) => (i === 0 && cell.replace(/^#\s*/, '')) || cell || unnamed(i))
  const twice = columns.find((column, i) => columns.indexOf(column) < i)
  if (twice !== undefined) throw errorOf(`the header has two columns "${twice}"; rename one of them.`)
  if (columns.includes('__proto__')) throw errorOf('a column cannot have the name __proto__; rename it.')
  if (header.cells.every((cell) => cell.trim() !== '' && Number.isFinite(Number(cell))))
    throw errorOf('the first line contains only numbers; expected a header with the names of the columns.')
  return columns
}
