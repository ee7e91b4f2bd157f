import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { Rejection } from '../../records.js'
import { type LineConfig, longestLine, type TextReader, tooLong } from './lines.js'
import { CARRIAGE_RETURN, quotedRecord } from './quotedRecord.js'

/** A record of a CSV file: the texts of its cells, and which of them were quoted. */
export interface CsvRecord {
  readonly kind: 'record'
  /** The line where it starts; the first line of a file is 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Whether each cell was quoted; absent if none was. */
  readonly quoted?: readonly boolean[]
}

/** A line without a quote, which is a complete record. */
export interface CsvLine {
  readonly kind: 'line'
  readonly line: number
  /** The text that contains the line, from `from` to `to`. It is not cut, because most lines are read as numbers. */
  readonly source: string
  readonly from: number
  readonly to: number
}

export interface CsvConfig extends LineConfig {
  readonly delimiter?: string
  /** The number of the first line. Default: 1. */
  readonly firstLine?: number
}

/**
 * Creates a reader of CSV as RFC 4180 defines it: lines end in LF or CRLF, and quoted cells may contain delimiters,
 * line ends and doubled quotes. Blank lines are skipped. A quote inside an unquoted cell is an ordinary letter, and
 * spaces around a quoted cell do not count. A record that cannot be read so is read with quotes that are escaped by a
 * backslash, as MySQL writes them. If its quoting is broken all the same, its first line is rejected, and reading
 * continues with the next line.
 */
export const csvReader = (given?: CsvConfig): TextReader<CsvRecord | Rejection> => {
  const config = optionsOf('csvReader', given, { delimiter: ',', longest: longestLine, firstLine: 1 })
  const { delimiter } = config
  if (typeof delimiter !== 'string' || delimiter.length !== 1)
    throw new TypeError(`csvReader: delimiter is ${shown(delimiter)}; expected one character.`)
  checkWhole('csvReader: longest is', config.longest)
  checkWhole('csvReader: firstLine is', config.firstLine)
  const read = csvLines(config)
  return (piece, last) =>
    read(piece, last).map((item) => (item.kind === 'line' ? cellsOf(item, config.delimiter) : item))
}

/** Splits a line without a quote into its cells. */
export const cellsOf = ({ line, source, from, to }: CsvLine, delimiter = ','): CsvRecord => ({
  kind: 'record',
  line,
  cells: source.slice(from, to).split(delimiter),
})

/** Creates the same reader, but one that does not split the lines that contain no quote. */
export const csvLines = ({
  delimiter = ',',
  longest = longestLine,
  firstLine = 1,
}: CsvConfig = {}): TextReader<CsvLine | CsvRecord | Rejection> => {
  let text = ''
  let line = firstLine
  return (piece, last) => {
    text = text === '' ? piece : text + piece
    const found: (CsvLine | CsvRecord | Rejection)[] = []
    // The first quote is searched for once, because most files contain none.
    let quoteAt = text.indexOf('"')
    let at = 0
    while (at < text.length) {
      const lineEnd = text.indexOf('\n', at)
      if (lineEnd < 0 && !last) break
      const end = lineEnd < 0 ? text.length : lineEnd
      const to = end > at && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end
      if (to - at > longest) throw tooLong(line, longest)
      let next = end + 1
      let lines = 1
      if (to > at) {
        if (quoteAt >= 0 && quoteAt < at) quoteAt = text.indexOf('"', at)
        if (quoteAt < 0 || quoteAt >= end) found.push({ kind: 'line', line, source: text, from: at, to })
        else {
          let record = quotedRecord(text, at, delimiter, last)
          const length = typeof record === 'object' ? record.end - at : text.length - at
          if (typeof record !== 'string' && length > longest)
            record = `a quote opens here that is not closed within ${longest.toLocaleString('en')} characters`
          if (record === undefined) break
          if (typeof record === 'string')
            found.push({ kind: 'rejection', reason: record, row: text.slice(at, to), cursor: line })
          else {
            found.push({ kind: 'record', line, cells: record.cells, quoted: record.quoted })
            lines = linesIn(text, at, record.end)
            next = record.end
          }
        }
      }
      at = next
      line += lines
    }
    text = at >= text.length ? '' : text.slice(at)
    if (text.length > longest && !text.includes('\n')) throw tooLong(line, longest)
    return found
  }
}

const linesIn = (text: string, from: number, to: number): number => {
  let lines = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

/** Returns the delimiter of a header: the most frequent of comma, semicolon, tab and bar outside quotes. */
export const delimiterOf = (header: string): string => {
  const bare = header.replace(/"[^"]*"?/g, '')
  const count = (mark: string): number => bare.split(mark).length
  return [',', ';', '\t', '|'].reduce((best, mark) => (count(mark) > count(best) ? mark : best))
}
