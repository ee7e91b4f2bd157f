import { optionsOf } from '../../options/optionsOf.js'
import { delimiterOf } from './csv.js'
import { csvTable } from './csvTable.js'
import { gather } from './gather.js'
import { InputError } from './inputError.js'
import { RECORD_SEPARATOR } from './jsonObjects.js'
import { jsonTable } from './jsonTable.js'
import { ndjsonReader } from './ndjson.js'
import { preambleOf } from './preamble.js'
import { wrappingOf } from './prefixed.js'
import { type Table, type TableConfig, tableDefaults } from './table.js'
import { checkInput, type Input, nameOf, readText } from './text.js'

/**
 * Opens NDJSON, JSON objects over several lines, behind topics or in server-sent events, a JSON array or CSV from a file,
 * stdin (`-`) or a stream, compressed with gzip or not.
 *
 * @throws InputError if there is no such file, or if it is not text, has no row or has a header that cannot be used
 * @example
 * const table = await openTable('readings.csv')
 * const schema = inferSchema(table.contents, { target: { name: 'power' } })
 * for await (const readings of table.rows(schema)) …
 */
export const openTable = async (input: Input, config: TableConfig = {}): Promise<Table> => {
  optionsOf('openTable', config, tableDefaults)
  checkInput('openTable', input)
  const text = await gather(pieces(readText(input, config)), { count: 1, withinMs: 0 })
  const begun = text.first.join('')
  // Excel for the Mac ends lines in CR alone, so that there is no LF up to the end of the header.
  const withLf = begun.includes('\n') ? (piece: string) => piece : (piece: string) => piece.replaceAll('\r', '\n')
  const start = withLf(begun)
  const name = nameOf(input)
  if (start.trim() === '') throw new InputError(`${name} is empty; expected NDJSON, or CSV with a header.`)
  const preamble = preambleOf(start, true)!
  const [mark] = start.slice(preamble.length).replace(RECORD_SEPARATOR, '').trimStart()
  const [line = ''] = start.trimStart().split('\n', 1)
  const wrapping = config.format === 'csv' || mark === '{' || mark === '[' ? undefined : wrappingOf(line)
  if (wrapping !== undefined) return jsonTable(name, from(text.all, 0, withLf), { ...config, layout: wrapping })
  const isJson = config.format === undefined ? mark === '{' || mark === '[' : config.format === 'ndjson'
  const [header] = start.slice(preamble.length).split('\n', 1)
  if (isJson) {
    const [first] = ndjsonReader()(header, true)
    const layout = mark === '[' ? 'array' : mark !== '{' || first?.kind === 'row' ? 'lines' : 'objects'
    return jsonTable(name, from(text.all, 0, withLf), { ...config, layout })
  }
  const delimiter = config.delimiter ?? preamble.delimiter ?? delimiterOf(header)
  return csvTable(name, from(text.all, preamble.length, withLf), {
    ...config,
    delimiter,
    firstLine: preamble.lines + 1,
  })
}

/**
 * Passes on a text in arrays. The first array has everything up to the end of the header, unless that line is too long
 * or the text ends.
 */
async function* pieces(text: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let start = ''
  let begun = false
  for await (const piece of text) {
    if (begun) yield [piece]
    else {
      start += piece
      const preamble = preambleOf(start, false)
      begun = (preamble !== undefined && start.includes('\n', preamble.length)) || start.length > 2 ** 20
      if (begun) yield [start]
    }
  }
  if (!begun && start !== '') yield [start]
}

/**
 * Passes on a text with every line ended in LF, without its first `length` letters, all of which are in its first
 * piece.
 */
async function* from(
  chunks: AsyncIterable<readonly string[]>,
  length: number,
  withLf: (piece: string) => string,
): AsyncGenerator<string> {
  let skipped = length
  for await (const chunk of chunks)
    for (const piece of chunk) {
      yield withLf(piece.slice(skipped))
      skipped = 0
    }
}
