import type { Rejection } from '../../records.js'
import type { Cursor } from '../../values.js'

/**
 * A source: an async iterable of rows, which is read once, with a way to close it. `fromRows(source)` makes an
 * Observable of it. The laws in test/src/node/sources/laws.ts hold for every source.
 *
 * A reader gets every row once and in order. It asks for one row at a time, and what arrives meanwhile waits in a
 * bounded queue or is refused to its sender. An error ends the reading and names the source.
 */
export interface Source<T> extends AsyncIterable<T> {
  /** What the source is called in errors, such as `httpIngest /rows`. */
  readonly name: string
  /** The number of rows of each fate so far. Always received = given + waiting + dropped. */
  readonly counters: SourceCounters
  /** The cursor of the row that was given last, or the one that reading began after; absent if the source has none. */
  readonly cursor?: Cursor | undefined
  /**
   * Stops the source and releases what it holds. A reader then gets the end; rows that still wait are dropped, and
   * their senders are told. Closing twice is allowed.
   */
  close(): void
}

export interface SourceCounters {
  /** Rows that were accepted into the queue. */
  readonly received: number
  /** Rows that were given to the reader. */
  readonly given: number
  /** Rows that wait for the reader. */
  readonly waiting: number
  /** Rows that waited when the source closed. */
  readonly dropped: number
  /** Rows that were refused because the queue was full. */
  readonly refused: number
  /** Rows that were refused because they are invalid. */
  readonly invalid: number
}

/** A row of which the source knows no columns; the model that reads it checks each value. */
// biome-ignore lint/suspicious/noExplicitAny: With any other type, learn(model) would ask for columns that nobody knows.
export type SourceRow = any

/** The options that the sources of Node have in common. */
export interface SourceOptions<T = SourceRow> {
  /** The column in which each row gets its cursor, as in `createModel({ cursor: 'at' })`. Default: none. */
  readonly cursor?: string | undefined
  /** The cursor of the last row that is not to be read again, such as `model.cursor`. Default: none. */
  readonly from?: Cursor | undefined
  /** Returns why a row is refused, or undefined for one that is right. Default: every object is right. */
  readonly check?: ((row: T) => string | undefined) | undefined
  /** Is told of each row that is refused. Default: the first one is a warning of the process; all are counted. */
  readonly onRejected?: ((rejection: Rejection) => void) | undefined
  /** Closes the source when it is aborted. */
  readonly signal?: AbortSignal | undefined
}
