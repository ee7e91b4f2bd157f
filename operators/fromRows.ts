import { bufferCount, type Observable } from 'rxjs'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import { openerOf, pull } from './pull.js'

export interface RowsConfig {
  /** The event loop turns at least this often, in milliseconds. Default 8. */
  readonly yieldMs?: number
}
export interface ChunkedRowsConfig extends RowsConfig {
  /** The number of rows that are emitted together, in an array; the last array may be shorter. */
  readonly chunk: number
}

/**
 * Emits the elements of an iterable or async iterable: rows, arrays of rows, or chunks.
 *
 *     iterable  a b c
 *     out       -abc|
 *
 * Elements are pulled one by one, each after the one before has left the whole chain, so nothing piles up. Work begins
 * in a macrotask, and the event loop turns at least every `yieldMs`. Unsubscribing stops it at once and closes the
 * iterator.
 *
 * @throws TypeError for what cannot be iterated, RangeError for a chunk that is not a whole number of at least 1 or a
 * yieldMs that is not a number of at least 0; what the iterator throws is passed on unchanged
 * @example
 * fromRows(rows).pipe(learn(model)).subscribe()
 * fromRows(rows, { chunk: 128 }).pipe(learn(model)).subscribe()   // the same, with less work between rows
 */
export function fromRows<T>(rows: Iterable<T> | AsyncIterable<T>, config: ChunkedRowsConfig): Observable<readonly T[]>
export function fromRows<T>(rows: Iterable<T> | AsyncIterable<T>, config?: RowsConfig): Observable<T>
export function fromRows<T>(
  rows: Iterable<T> | AsyncIterable<T>,
  config?: Partial<ChunkedRowsConfig>,
): Observable<T | readonly T[]> {
  const { chunk, yieldMs } = optionsOf('fromRows', config, { chunk: undefined, yieldMs: 8 })
  checkNumber('fromRows: yieldMs', yieldMs, { most: Infinity })
  if (chunk !== undefined) checkWhole('fromRows: chunk is', chunk)
  const open = openerOf(rows)
  if (open === undefined)
    throw new TypeError(`fromRows: rows is ${shown(rows)}; expected an iterable or async iterable of rows.`)
  const row$ = pull(open, yieldMs)
  return chunk === undefined ? row$ : row$.pipe(bufferCount(chunk))
}
