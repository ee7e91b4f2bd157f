import { optionsOf } from '../../options/optionsOf.js'
import { delimiterOf } from './csv.js'
import { csvTable } from './csvTable.js'
import { gather } from './gather.js'
import { InputError } from './inputError.js'
import { jsonTable } from './jsonTable.js'
import { preambleOf } from './preamble.js'
import { type Table, type TableConfig, tableDefaults } from './table.js'
import { type Input, nameOf, readText } from './text.js'

/**
 * Opens NDJSON, a JSON array or CSV from a file, stdin (`-`) or a stream, compressed with gzip or not.
 *
 * @throws InputError if there is no such file, or if it is not text, has no row or has a header that cannot be used
 * @example
 * const table = await openTable('readings.csv')
 * const schema = inferSchema(table.contents, { target: { name: 'power' } })
 * for await (const readings of table.rows(schema)) …
 */
export const openTable = async (input: Input, config: TableConfig = {}): Promise<Table> => {
  optionsOf('openTable', config, tableDefaults)
  const text = await gather(pieces(readText(input, config)), { count: 1, withinMs: 0 })
  const start = text.first.join('')
  const name = nameOf(input)
  if (start.trim() === '') throw new InputError(`${name} is empty; expected NDJSON, or CSV with a header.`)
  const preamble = preambleOf(start, true)!
  const [mark] = start.slice(preamble.length).trimStart()
  const isJson = config.format === undefined ? mark === '{' || mark === '[' : config.format === 'ndjson'
  if (isJson) return jsonTable(name, flat(text.all), { ...config, isArray: mark === '[' })
  const [header] = start.slice(preamble.length).split('\n', 1)
  const delimiter = config.delimiter ?? preamble.delimiter ?? delimiterOf(header)
  return csvTable(name, from(text.all, preamble.length), { ...config, delimiter, firstLine: preamble.lines + 1 })
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

async function* flat(chunks: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const chunk of chunks) yield* chunk
}

/** Passes on a text without its first letters, all of which are in its first piece. */
async function* from(chunks: AsyncIterable<readonly string[]>, length: number): AsyncGenerator<string> {
  let first = true
  for await (const text of flat(chunks)) {
    yield first ? text.slice(length) : text
    first = false
  }
}
