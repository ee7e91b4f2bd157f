import { asBlocks } from './blocks.js'
import { conformingRows } from './conform.js'
import { gather, mapped } from './gather.js'
import { through } from './lines.js'
import { ndjsonReader, type Reading } from './ndjson.js'
import { paced } from './pace.js'
import type { Schema } from './schema.js'
import { aheadOf, noRows, type Table, type TableConfig } from './table.js'

/**
 * Opens a table of NDJSON text.
 *
 * @throws InputError if there is no row
 */
export const ndjsonTable = async (name: string, text: AsyncIterable<string>, config: TableConfig): Promise<Table> => {
  const { longest } = config
  const { first, all } = await gather(through(text, ndjsonReader(longest === undefined ? {} : { longest })), {
    ...aheadOf(config),
    begins: ({ kind }) => kind === 'row',
  })
  const sample = first.flatMap((reading) => (reading.kind === 'row' ? [reading.row] : []))
  if (sample.length === 0) throw noRows(name, first[0])
  const rows = (schema: Schema): AsyncIterable<readonly Reading[]> => {
    const conform = conformingRows(schema)
    return paced(mapped(all, (reading) => (reading.kind === 'row' ? conform(reading) : reading)))
  }
  return {
    name,
    format: 'ndjson',
    columns: [...new Set(sample.flatMap((row) => Object.keys(row)))],
    sample,
    rows,
    blocks: (schema) => asBlocks(rows(schema)),
  }
}
