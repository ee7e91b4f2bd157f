import type { Row } from '../values.js'

/**
 * Where rows leave for: a file, a broker or a server. `writeTo(sink)` writes the results of a stream there. An object with
 * these three members is a sink of your own; the laws in test/src/node/sinks/laws.ts hold for every sink of rxgrad/node.
 */
export interface Sink {
  /** What the sink is called in errors, such as `mqttSink mqtt://localhost`. */
  readonly name: string
  /**
   * Writes rows in this order. It resolves once the other side has them, as far as that can be known, so that whoever
   * waits for it never has more in memory than what was given.
   */
  write(rows: readonly Row[]): Promise<void>
  /** Is told that nothing more comes, while rows may still be on their way; then they are not tried without end. */
  ending?(): void
  /**
   * Waits for what is being written, and releases what the sink holds. A later `write` opens it again. Closing twice is
   * allowed.
   */
  close(): Promise<void>
}

/** A sink that tells how far it is. */
export interface CountingSink extends Sink {
  /** The number of rows of each fate so far. Always received = written + waiting + failed. */
  readonly counters: SinkCounters
}

export interface SinkCounters {
  /** Rows that were given to `write`. */
  readonly received: number
  /** Rows that the other side has. */
  readonly written: number
  /** Rows that are being written. */
  readonly waiting: number
  /** Rows of which it is not known that the other side has them, since `write` has failed. */
  readonly failed: number
}
