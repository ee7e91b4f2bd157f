import type { Learned, LearnedRows, Update } from '../../model.js'
import type { Chunk } from '../../records.js'
import type { Cursor } from '../../values.js'

/** Tests on each row, then trains on it, in one fused pass: θ equals that of the separate stages, bit for bit. */
export interface Learner<R> {
  row(row: R): Learned<R>
  rows(rows: readonly R[] | Chunk): LearnedRows<R>
  /** Learns row i of a chunk by itself and returns columns of length one. */
  rowOf(chunk: Chunk, i: number): LearnedRows<R>
  /** Takes the step of an incomplete window; it returns undefined if the window holds nothing to learn. */
  flush(): Update<R> | undefined
  /** Returns the number of rows that have arrived since the last step. */
  pending(): number
  /** Records a position in the source. It is committed with the next step, unless a row brings a later one. */
  passCursor(cursor: Cursor): void
  /** Returns the position recorded since the last step. */
  pendingCursor(): Cursor | undefined
  /** Discards the rows of an incomplete window. */
  forget(): void
}
