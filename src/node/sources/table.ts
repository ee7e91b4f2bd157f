import type { Fields } from '../../features/field.js'
import type { Row } from '../../values.js'
import type { Block } from './blocks.js'
import type { CellConfig } from './conform.js'
import type { CsvConfig } from './csv.js'
import type { GatherConfig } from './gather.js'
import { InputError } from './inputError.js'
import type { LineConfig } from './lines.js'
import type { Reading } from './ndjson.js'
import type { Schema } from './schema.js'
import type { ReadConfig } from './text.js'

export type Format = 'csv' | 'ndjson'

export interface TableConfig extends ReadConfig, LineConfig, Pick<CellConfig, 'missing'>, Pick<CsvConfig, 'delimiter'> {
  /** Default: NDJSON when the first character is a brace, else CSV. */
  readonly format?: Format
  /** How many rows to look at before the first is given out. Default 1000, or what comes within 2 s of the first one. */
  readonly lookAhead?: number
  readonly lookAheadMs?: number
}

/** A stream of rows whose beginning was looked at. */
export interface Table {
  readonly name: string
  readonly format: Format
  /** The names of the header; for NDJSON the names in the first rows. */
  readonly columns: readonly string[]
  /** The first rows, every value as it looks. */
  readonly sample: readonly Row[]
  /** The rows from the first one on, in arrays, with what had to be rejected. Can be read once. `keep`: columns beside the schema's. */
  rows(schema: Schema, keep?: Fields): AsyncIterable<readonly Reading[]>
  /** The same in blocks: columns of the rows that are numbers alone, where the format has such. */
  blocks(schema: Schema): AsyncIterable<readonly Block[]>
}

/** How far to look ahead. */
export const aheadOf = ({ lookAhead = 1000, lookAheadMs = 2000 }: TableConfig): Omit<GatherConfig, 'begins'> => ({
  count: lookAhead,
  withinMs: lookAheadMs,
})

/** The error for an input without a single row. */
export const noRows = (name: string, first: Reading | undefined): InputError =>
  new InputError(
    first?.kind === 'rejection'
      ? `${name} has no row that can be read; the first problem: line ${first.cursor}: ${first.reason}.`
      : `${name} has a header and no rows; expected at least one.`,
  )
