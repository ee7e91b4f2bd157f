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
