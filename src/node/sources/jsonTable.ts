import { asBlocks } from './blocks.js'
import { contentsOf } from './content.js'
import { gather, mapped } from './gather.js'
import { InputError } from './inputError.js'
import { jsonArrayReader } from './jsonArray.js'
import { jsonObjectsReader } from './jsonObjects.js'
import { looseObject, rowsOfObjects } from './jsonRows.js'
import { longestLine, through } from './lines.js'
import { ndjsonReader, type Reading } from './ndjson.js'
import { paced } from './pace.js'
import { eventReader, topicReader, type Wrapping } from './prefixed.js'
import type { Schema } from './schema.js'
import { aheadOf, noRows, type Table, type TableConfig } from './table.js'

export interface JsonConfig extends TableConfig {
  /**
   * Whether each row is a line of its own, or an element of one array, or an object that may be spread over lines, or
   * is wrapped as messages of topics or as server-sent events.
   */
  readonly layout: 'lines' | 'array' | 'objects' | Wrapping
}

/**
 * Opens a table of JSON objects.
 *
 * @throws InputError if there is no row
 */
export const jsonTable = async (name: string, text: AsyncIterable<string>, config: JsonConfig): Promise<Table> => {
  const { layout, missing = [], decimal = 'point' } = config
  const { longest = longestLine } = config
  const whole = { lines: ndjsonReader, array: jsonArrayReader, objects: jsonObjectsReader }
  const readers = { ...whole, topics: topicReader, events: eventReader }
  const reader = readers[layout]({ longest })
  const { first, all, isSettled } = await gather(through(text, reader, name), {
    ...aheadOf(config),
    begins: ({ kind }) => kind === 'row',
  })
  const objects = first.flatMap((reading) => (reading.kind === 'row' ? [reading.row] : []))
  if (first.length === 0) throw new InputError(`${name} has no rows; expected at least one object.`)
  if (objects.length === 0) throw noRows(name, first[0])
  const sample = objects.map((row) => looseObject(row, missing))
  const contents = config.contents ?? contentsOf(sample, { decimal })
  const rules = { missing, decimal, contents, orders: new Map() }
  const rows = ({ features, target }: Schema): AsyncIterable<readonly Reading[]> => {
    const read = rowsOfObjects({ ...features, ...target }, rules)
    return paced(mapped(all, (reading) => (reading.kind === 'row' ? read(reading) : reading)))
  }
  return {
    name,
    format: 'ndjson',
    columns: [...new Set(objects.flatMap((row) => Object.keys(row)))],
    sample,
    contents,
    isSettled,
    rows,
    blocks: (schema) => asBlocks(rows(schema)),
  }
}
