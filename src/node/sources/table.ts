import type { Fields } from '../../features/field.js'
import type { Defaults } from '../../options/optionsOf.js'
import type { Row } from '../../values.js'
import type { Block } from './blocks.js'
import type { CellConfig } from './conform.js'
import type { CsvConfig } from './csv.js'
import type { GatherConfig } from './gather.js'
import { InputError } from './inputError.js'
import { type LineConfig, longestLine } from './lines.js'
import type { Reading } from './ndjson.js'
import type { Schema } from './schema.js'
import type { ReadConfig } from './text.js'

export type Format = 'csv' | 'ndjson'

export interface TableConfig extends ReadConfig, LineConfig, Pick<CellConfig, 'missing'>, Pick<CsvConfig, 'delimiter'> {
  /** Default: NDJSON if the first character is a brace, otherwise CSV. */
  readonly format?: Format
  /** The number of rows to read before the first one is passed on. Default: 1000. */
  readonly lookAhead?: number
  /** The longest time to wait for these rows after the first one, in milliseconds. Default: 2000. */
  readonly lookAheadMs?: number
}

export const tableDefaults: Defaults<TableConfig> & Required<Pick<TableConfig, 'lookAhead' | 'lookAheadMs'>> = {
  ...{ format: undefined, lookAhead: 1000, lookAheadMs: 2000, signal: undefined },
  ...{ longest: longestLine, missing: [], delimiter: undefined },
}

/** A stream of rows whose beginning has been read. */
export interface Table {
  readonly name: string
  readonly format: Format
  /** The names in the header; for NDJSON, the names in the first rows. */
  readonly columns: readonly string[]
  /** The first rows, with each value read without a schema. */
  readonly sample: readonly Row[]
  /**
   * Returns all rows from the first one on, in arrays, together with the rejections. They can be read once.
   * @param keep columns that are read beside those of the schema
   */
  rows(schema: Schema, keep?: Fields): AsyncIterable<readonly Reading[]>
  /** Returns the same in blocks. If the format permits, rows that consist of numbers only become columns. */
  blocks(schema: Schema): AsyncIterable<readonly Block[]>
}

/** Returns how far to look ahead. */
export const aheadOf = (config: TableConfig): Omit<GatherConfig, 'begins'> => ({
  count: config.lookAhead ?? tableDefaults.lookAhead,
  withinMs: config.lookAheadMs ?? tableDefaults.lookAheadMs,
})

/** Creates the error for an input without any row. */
export const noRows = (name: string, first: Reading | undefined): InputError =>
  new InputError(
    first?.kind === 'rejection'
      ? `${name} has no row that can be read; the first problem is: line ${first.cursor}: ${first.reason}.`
      : `${name} has a header but no rows; expected at least one row.`,
  )
