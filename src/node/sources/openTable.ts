import { optionsOf } from '../../options/optionsOf.js'
import { delimiterOf } from './csv.js'
import { csvTable } from './csvTable.js'
import { gather } from './gather.js'
import { InputError } from './inputError.js'
import { ndjsonTable } from './ndjsonTable.js'
import { type Table, type TableConfig, tableDefaults } from './table.js'
import { type Input, nameOf, readText } from './text.js'

/**
 * Opens NDJSON or CSV from a file, stdin (`-`) or a stream.
 *
 * @throws InputError if there is no such file, or if it is not text, has no row or has a header that cannot be used
 * @example
 * const table = await openTable('readings.csv')
 * const schema = inferSchema(table.sample, { target: { name: 'power' } })
 * for await (const readings of table.rows(schema)) …
 */
export const openTable = async (input: Input, config: TableConfig = {}): Promise<Table> => {
  optionsOf('openTable', config, tableDefaults)
  const text = await gather(pieces(readText(input, config)), { count: 1, withinMs: 0 })
  const start = text.first.join('').trimStart()
  const name = nameOf(input)
  if (start === '') throw new InputError(`${name} is empty; expected NDJSON, or CSV with a header.`)
  const format = config.format ?? (start.startsWith('{') ? 'ndjson' : 'csv')
  if (start.startsWith('[') && config.format !== 'csv')
    throw new InputError(`${name} is a JSON array; expected one object per line, as jq -c '.[]' writes it.`)
  if (format === 'ndjson') return ndjsonTable(name, flat(text.all), config)
  const delimiter = config.delimiter ?? delimiterOf(start.split('\n', 1)[0])
  return csvTable(name, flat(text.all), { ...config, delimiter })
}

/**
 * Passes on a text in arrays. The first array has the whole first line, unless that line is too long or the text ends.
 */
async function* pieces(text: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let start = ''
  let begun = false
  for await (const piece of text) {
    if (begun) yield [piece]
    else {
      start += piece
      const at = start.search(/\S/)
      begun = (at >= 0 && start.includes('\n', at)) || start.length > 2 ** 20
      if (begun) yield [start]
    }
  }
  if (!begun && start !== '') yield [start]
}

async function* flat(chunks: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const chunk of chunks) yield* chunk
}
