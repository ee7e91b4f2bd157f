import type { Row } from '../values.js'
import type { Refused } from './refusal.js'
import type { SavedMemory } from './rowMemory.js'

/** What a row leaves in a model's memory: a key and a few numbers for each field that remembers. */
export interface Trace {
  /** The keys by field; undefined for a row that has no key and therefore leaves nothing. */
  readonly keys: readonly (string | undefined)[]
  /** The values by field, one for each column that the field reads; NaN for a missing one. */
  readonly values: readonly (readonly number[])[]
  /** The reason to refuse the row, if a value that is to be remembered is not a number. */
  readonly refused?: Refused
  /**
   * All that is remembered once the row has been, so that no earlier trace is needed; given now and then among rows
   * without a label, which may be many.
   */
  readonly after?: readonly SavedMemory[]
}

/** At most so many rows in a row without a label are kept by their traces, until one trace stands for them all. */
export const MOST_TRACES = 1024

/** Adds a trace to a window's; one that has all that is remembered takes the place of those before it. */
export const addTrace = (traces: Trace[], trace: Trace): void => {
  if (trace.after) traces.length = 0
  traces.push(trace)
}

/** The numbers of rows that arrived as columns. */
export interface ColumnsOfRows {
  readonly x: ArrayLike<number>
  readonly y?: ArrayLike<number>
}

/**
 * The memory of a model's fields. It is input state: every row that is not rejected advances it in order of arrival,
 * whether or not the row has a label.
 */
export interface Memories {
  /** Writes what the fields recall into a row's numbers; it returns the trace of the row, and changes no memory. */
  readRow(row: Row, x: Float64Array, at: number): Trace
  /** Does the same for row i of a chunk. */
  readColumns(columns: ColumnsOfRows, i: number, x: Float64Array, at: number): Trace
  /** The layout of a chunk's x. */
  readonly chunk: ChunkLayout
  /**
   * Checks that x has exactly the numbers of its rows: a column too many would be read as another one.
   * @throws RangeError
   */
  checkColumns(size: number, length: number): void
  remember(trace: Trace): void
  /** How many rows without a label have been read since the last with one, or since a trace had all of them. */
  unlabelled: number
  copy(): Memories
  save(): readonly SavedMemory[]
  /** Restores a saved memory. */
  restore(saved: readonly SavedMemory[]): void
  /** Returns why saved memories do not fit these fields, or undefined. */
  problemOf(saved: readonly SavedMemory[] | undefined): string | undefined
}

/** The place of each column in a chunk's x, for a model whose fields remember. */
export interface ChunkLayout {
  /** How many numbers of `x` make up a row. */
  readonly width: number
  /** The index of each column's first number, by name. */
  readonly columns: ReadonlyMap<string, number>
}
