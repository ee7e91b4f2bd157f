import type { Row } from '../values.js'
import type { Refused } from './refusal.js'
import type { SavedMemory } from './rowMemory.js'

/** What a row leaves in the model's memory: a key and a number for each field that remembers. */
export interface Trace {
  /** Undefined for a row that has no key: it leaves nothing. */
  readonly keys: readonly (string | undefined)[]
  readonly values: readonly number[]
  /** Why the row is refused, if a value that is to be remembered is none. */
  readonly refused?: Refused
}

/** The numbers of rows that came as columns. */
export interface ColumnsOfRows {
  readonly x: ArrayLike<number>
  readonly y?: ArrayLike<number>
}

/**
 * The memory of a model's fields: input state, which every row that is not rejected advances in the order of arrival,
 * whether it has a label or not.
 */
export interface Memories {
  /** Writes what the fields remember for a row into its numbers; gives the trace that it will leave, and changes nothing. */
  readRow(row: Row, x: Float64Array, at: number): Trace
  /** The same for row i of a chunk. */
  readColumns(columns: ColumnsOfRows, i: number, x: Float64Array, at: number): Trace
  /** Where a chunk brings the columns of a row. */
  readonly chunk: ChunkLayout
  remember(trace: Trace): void
  copy(): Memories
  save(): readonly SavedMemory[]
  /** Goes on from what was saved. */
  restore(saved: readonly SavedMemory[]): void
  /** What is wrong with saved memories, where they are not of these fields. */
  problemOf(saved: readonly SavedMemory[] | undefined): string | undefined
}

/** Where a chunk of a model with memories brings each column of a row. */
export interface ChunkLayout {
  /** How many numbers of x are a row. */
  readonly width: number
  /** Where each column begins among them, by name. */
  readonly columns: ReadonlyMap<string, number>
}
