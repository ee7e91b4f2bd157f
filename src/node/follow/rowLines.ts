import type { Rejection } from '../../records.js'
import { isCode, numberOf } from '../sources/cell.js'
import { objectIn } from '../sources/jsonObject.js'
import type { Brought } from '../sources/pulledSource.js'
import { quotedRecord } from '../sources/quotedRecord.js'
import type { ByteLine } from './byteLines.js'

/** Takes a line and returns the rows that it completes; undefined stands for the end of the file. */
export type RowLines = (line: ByteLine | undefined) => Brought[]

const tooLong = (longest: number, cursor: string): Rejection => ({
  kind: 'rejection',
  reason: `the line is longer than ${longest.toLocaleString('en')} bytes; expected one row per line`,
  row: undefined,
  cursor,
})

/** Creates a reader of one JSON object per line. */
export const jsonLines =
  (longest: number, cursorAt: (end: number) => string): RowLines =>
  (line) => {
    if (line === undefined) return []
    const cursor = cursorAt(line.end)
    if (line.bytes === undefined) return [tooLong(longest, cursor)]
    const text = line.bytes.toString()
    if (text.trim() === '') return []
    const reading = objectIn(text, 0)
    return reading.kind === 'row' ? [{ kind: 'brought', row: reading.row, cursor }] : [{ ...reading, cursor }]
  }

interface CsvLinesConfig {
  readonly header: readonly string[]
  readonly delimiter: string
  readonly longest: number
  cursorAt(end: number): string
}

/**
 * Creates a reader of CSV records, which may go over several lines within quotes. A cell is a number if it is written as
 * a decimal, but not as a code such as 007; an empty one is a column that the row lacks.
 */
export const csvRows = ({ header, delimiter, longest, cursorAt }: CsvLinesConfig): RowLines => {
  /** The lines of a record that has not ended yet, and where each ends. */
  let open: { readonly text: string; readonly end: number }[] = []
  const rowOf = (cells: readonly string[], quoted: readonly boolean[] | undefined, end: number): Brought => {
    const cursor = cursorAt(end)
    const reject = (reason: string): Rejection => ({ kind: 'rejection', reason, row: cells.join(delimiter), cursor })
    const { length } = header
    if (cells.length !== length) return reject(`the row has ${cells.length} cells, but the header has ${length}`)
    if (cells.every((cell, i) => cell === header[i])) return reject('the row repeats the header')
    const row: Record<string, unknown> = {}
    for (let i = 0; i < length; i++) {
      const text = quoted?.[i] ? cells[i]! : cells[i]!.trim()
      if (text !== '') row[header[i]!] = isCode(text) ? text : (numberOf(text) ?? text)
    }
    return { kind: 'brought', row, cursor }
  }
  /** Reads what is open, as far as it is complete. */
  const read = (last: boolean): Brought[] => {
    const found: Brought[] = []
    while (open.length > 0) {
      const { text: first, end } = open[0]!
      if (!first.includes('"')) {
        open.shift()
        if (first.trim() !== '') found.push(rowOf(first.split(delimiter), undefined, end))
        continue
      }
      const text = open.map((line) => `${line.text}\n`).join('')
      const record = quotedRecord(text, 0, delimiter, last)
      if (record === undefined && text.length <= longest) break
      if (typeof record === 'object') {
        const lines = text.slice(0, record.end).split('\n').length - 1
        found.push(rowOf(record.cells, record.quoted, open[lines - 1]!.end))
        open = open.slice(lines)
        continue
      }
      const reason = record ?? `a quote opens here that is not closed within ${longest.toLocaleString('en')} characters`
      found.push({ kind: 'rejection', reason, row: first, cursor: cursorAt(end) })
      open.shift()
    }
    return found
  }
  return (line) => {
    if (line === undefined) return read(true)
    if (line.bytes !== undefined) {
      open.push({ text: line.bytes.toString(), end: line.end })
      return read(false)
    }
    const found = read(true)
    found.push(tooLong(longest, cursorAt(line.end)))
    return found
  }
}
