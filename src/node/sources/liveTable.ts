import type { Row } from '../../values.js'
import { asBlocks } from './blocks.js'
import { type Contents, contentsOf } from './content.js'
import { gather, mapped } from './gather.js'
import { InputError } from './inputError.js'
import { flattened } from './jsonObject.js'
import { looseObject, rowsOfObjects } from './jsonRows.js'
import type { Reading, RowAt } from './ndjson.js'
import { paced } from './pace.js'
import type { Schema } from './schema.js'
import { aheadOf, type Table, type TableConfig } from './table.js'

export interface LiveConfig
  extends Pick<TableConfig, 'lookAhead' | 'lookAheadMs' | 'missing' | 'decimal' | 'contents'> {
  /** The column of a row's cursor, which is none of its values. */
  readonly cursor?: string | undefined
}

/**
 * Opens a table of rows that come one by one, such as those of a source. It waits for the first ones, unless another
 * table has shown what the columns hold.
 *
 * @throws InputError if the source fails, or ends before the first row
 */
export const liveTable = async (name: string, rows: AsyncIterable<Row>, config: LiveConfig): Promise<Table> => {
  const { missing = [], decimal = 'point', contents: known, cursor } = config
  const came = numbered(name, rows)
  const { first, all, isSettled } =
    known === undefined ? await gather(came, aheadOf(config)) : { first: [], all: came, isSettled: true }
  if (known === undefined && first.length === 0) throw new InputError(`${name} has ended before the first row came.`)
  const own = ({ row }: RowAt): Row =>
    cursor === undefined ? row : Object.fromEntries(Object.entries(row).filter(([column]) => column !== cursor))
  const objects = first.map(own)
  const sample = objects.map((row) => looseObject(row, missing))
  const contents: Contents = known ?? contentsOf(sample, { decimal })
  const rules = { missing, decimal, contents, orders: new Map() }
  const read = ({ features, target }: Schema): AsyncIterable<readonly Reading[]> =>
    paced(mapped(all, rowsOfObjects({ ...features, ...target }, rules)))
  return {
    ...{ name, format: 'ndjson', sample, contents, isSettled, cursor },
    columns: known ? [...known.keys()] : [...new Set(objects.flatMap((row) => Object.keys(row)))],
    rows: read,
    blocks: (schema) => asBlocks(read(schema)),
  }
}

/** Counts the rows, and makes what is wrong with their source what is wrong with an input. */
async function* numbered(name: string, rows: AsyncIterable<Row>): AsyncGenerator<readonly RowAt[]> {
  let line = 0
  try {
    for await (const row of rows) yield [{ kind: 'row', line: ++line, row: flattened(row) }]
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const { message } = error
    throw new InputError(message.startsWith(name) ? message : `${name}: ${message}`)
  }
}
