import type { Learned, LearnedRows, Update } from '../../model.js'
import type { Chunk } from '../../records.js'
import type { Cursor } from '../../values.js'

/** Test, then train, with the stages fused: θ is that of the stages one by one, bit for bit. */
export interface Learner<R> {
  row(row: R): Learned<R>
  rows(rows: readonly R[] | Chunk): LearnedRows<R>
  /** Row i of a chunk alone: the columns of a chunk of one. */
  rowOf(chunk: Chunk, i: number): LearnedRows<R>
  /** Takes the step of a window that is not full; undefined where there is nothing in it to learn. */
  flush(): Update<R> | undefined
  /** How many rows have come since the last step. */
  pending(): number
  /** Passes a place in the source: it is committed with the next step, unless a row brings a later one. */
  passCursor(cursor: Cursor): void
  /** The place that was passed since the last step. */
  pendingCursor(): Cursor | undefined
  /** Drops the rows of a window that is not full. */
  forget(): void
}
