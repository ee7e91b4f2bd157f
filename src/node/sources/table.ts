import type { Defaults } from '../../options/optionsOf.js'
import type { Row } from '../../values.js'
import type { Block } from './blocks.js'
import type { Contents } from './content.js'
import type { CsvConfig } from './csv.js'
import type { GatherConfig } from './gather.js'
import { InputError } from './inputError.js'
import { type LineConfig, longestLine } from './lines.js'
import type { Reading } from './ndjson.js'
import type { DecimalMark } from './numberForm.js'
import type { Schema } from './schema.js'
import type { ReadConfig } from './text.js'

export type Format = 'csv' | 'ndjson'

export interface TableConfig extends ReadConfig, LineConfig, Pick<CsvConfig, 'delimiter'> {
  /** Default: NDJSON if the first character is a brace, otherwise CSV. */
  readonly format?: Format
  /** The number of rows to read before the first one is passed on. Default: 1000. */
  readonly lookAhead?: number
  /** The longest time to wait for these rows after the first one, in milliseconds. Default: 500. */
  readonly lookAheadMs?: number
  /** The texts that mean a missing value, such as NA. Default: only empty ones. */
  readonly missing?: readonly string[]
  /** The decimal mark of numbers in texts. Default: the point. */
  readonly decimal?: DecimalMark
  /** What the columns hold, if another table of the same columns has shown it. Default: what the first rows show. */
  readonly contents?: Contents
}

export const tableDefaults: Defaults<TableConfig> & Required<Pick<TableConfig, 'lookAhead' | 'lookAheadMs'>> = {
  ...{ format: undefined, lookAhead: 1000, lookAheadMs: 500, signal: undefined, onRead: undefined },
  ...{ longest: longestLine, missing: [], delimiter: undefined, decimal: undefined, contents: undefined },
}

/** A column that the first of several files lacks, so that nothing is learned from it. */
export interface LaterColumn {
  readonly name: string
  /** The first file that has it. */
  readonly file: string
}

/** A stream of rows whose beginning has been read. */
export interface Table {
  /** The name of the input; of several files, that of the one that is being read. */
  readonly name: string
  /** The column that holds the cursor of each row, if the rows have one: where a row stands in its source. */
  readonly cursor?: string | undefined
  /** Whether it consists of several files, so that a line number alone says little. */
  readonly isOneOfMany?: boolean
  /** Returns the share of the input that has been read; undefined if its size is not known. */
  share?(): number | undefined
  readonly format: Format
  /** The names in the header; for NDJSON, the names in the first rows. */
  readonly columns: readonly string[]
  /** The line of the header, if there is one. */
  readonly headerLine?: number
  /** Of several files: the columns that later ones have and the first one lacks, each once, as far as they were read. */
  readonly laterColumns?: readonly LaterColumn[]
  /** The first rows, with each value read without a schema: a cell of CSV is a number if it is written as exactly that. */
  readonly sample: readonly Row[]
  /** What the columns hold, as far as the first rows tell. All rows are read by it. */
  readonly contents: Contents
  /** Whether the first rows are all that were wanted, or all there are; otherwise a live stream was too slow for that. */
  readonly isSettled: boolean
  /**
   * Returns all rows from the first one on, in arrays, together with the rejections. They can be read once.
   * @param keep columns whose values are kept beside the row, as they came
   */
  rows(schema: Schema, keep?: readonly string[]): AsyncIterable<readonly Reading[]>
  /** Returns the same in blocks. If the format permits, rows that consist of numbers only become columns. */
  blocks(schema: Schema): AsyncIterable<readonly Block[]>
}

/** Returns how far to look ahead. */
export const aheadOf = (config: TableConfig): Omit<GatherConfig, 'begins'> => ({
  count: config.lookAhead ?? tableDefaults.lookAhead,
  withinMs: config.lookAheadMs ?? tableDefaults.lookAheadMs,
})

/** Creates the error for an input without any row. */
export const noRows = (name: string, first: Reading | undefined, whatToDo = ''): InputError =>
  new InputError(
    first?.kind === 'rejection'
      ? `${name} has no row that can be read; the first problem is: line ${first.cursor}: ${first.reason}.${whatToDo}`
      : `${name} has a header but no rows; expected at least one row.`,
  )
