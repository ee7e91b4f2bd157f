import { delimiterOf } from '../sources/csv.js'
import { unnamed } from '../sources/csvRows.js'
import { encodingOf } from '../sources/encoding.js'
import { InputError } from '../sources/inputError.js'
import type { Format } from '../sources/table.js'
import { byteLines } from './byteLines.js'

/** What the first lines of a file tell. */
export interface FileHead {
  readonly format: Format
  readonly delimiter: string
  /** The names of the columns of a CSV file; none for NDJSON. */
  readonly header: readonly string[]
  /** Where the rows begin, and where the first one ends. */
  readonly start: number
  readonly end: number
  /** Tells this file from others: a hash of its bytes up to the end of the first row. */
  readonly print: string
}

export interface HeadConfig {
  readonly format: Format | undefined
  readonly delimiter: string | undefined
  readonly longest: number
}

/**
 * Reads the head of a file from its first bytes; undefined if its first row has not ended yet.
 *
 * @param isWhole whether these are all the bytes of the file
 * @throws InputError if it is no text in UTF-8, or one JSON array
 */
export const fileHead = (
  bytes: Buffer,
  isWhole: boolean,
  name: string,
  { format: given, delimiter, longest }: HeadConfig,
): FileHead | undefined => {
  if (bytes.length === 0) return undefined
  if ((bytes.length >= 4 || isWhole) && encodingOf(bytes, name) !== 'utf-8')
    throw new InputError(`${name} is in UTF-16; fileSource reads UTF-8: convert it, or read it by openTable.`)
  const lines = byteLines(0, longest)(bytes, isWhole)
  const texts = lines.map((line, i) => {
    const text = line.bytes?.toString() ?? ''
    return { text: i === 0 && text.startsWith('\ufeff') ? text.slice(1) : text, end: line.end }
  })
  const filled = texts.filter(({ text }) => text.trim() !== '')
  const [first, second] = filled
  if (first === undefined) return undefined
  const mark = first.text.trimStart()[0]
  if (given === undefined && mark === '[')
    throw new InputError(`${name} is a JSON array; fileSource reads one object a line: read it by openTable.`)
  const format = given ?? (mark === '{' ? 'ndjson' : 'csv')
  const cut = delimiter ?? delimiterOf(first.text)
  const isCsv = format === 'csv'
  const row = isCsv ? second : first
  if (row === undefined) return undefined
  return {
    ...{ format, delimiter: cut },
    header: isCsv ? namesIn(first.text, cut, name) : [],
    ...{ start: isCsv ? first.end : 0, end: row.end },
    print: hashOf(bytes.subarray(0, row.end)),
  }
}

const namesIn = (line: string, delimiter: string, name: string): string[] => {
  const names = line.split(delimiter).map((cell, i) => cell.trim().replace(/^"(.*)"$/, '$1') || unnamed(i))
  const twice = names.find((one, i) => names.indexOf(one) !== i)
  if (twice !== undefined)
    throw new InputError(`${name} has the column ${twice} twice in its header; expected a name of its own for each.`)
  return names
}

/** FNV-1a in 32 bits, without the line ends, so that a last line which is ended later stays the same. */
const hashOf = (bytes: Buffer): string => {
  let hash = 0x811c9dc5
  for (const byte of bytes) if (byte !== 10 && byte !== 13) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** Writes the cursor after a row that ends at this offset of a file. */
export const cursorOf = (end: number, print: string): string => `${end}@${print}`

/** Reads such a cursor; undefined if it is none. */
export const offsetIn = (cursor: unknown): { readonly offset: number; readonly print: string } | undefined => {
  const [, offset, print] = /^(\d{1,15})@([0-9a-f]{8})$/.exec(`${cursor}`) ?? []
  return print === undefined ? undefined : { offset: Number(offset), print }
}
