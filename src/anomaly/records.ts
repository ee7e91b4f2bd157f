import type { Unlearned } from '../records.js'

/** A row that has been judged, before it was learned. */
export interface Judged<R> {
  readonly kind: 'judged'
  readonly row: R
  readonly isAnomaly: boolean
  /** Whether this anomaly is the first one after `delay` rows without any, as the one that an alarm is given for. */
  readonly isNew: boolean
  /**
   * How far the row is off, by which rows can be ranked: the |score| of a target, or of all targets of a model with
   * several together, which is the error of reconstruction of an autoencoder; the largest of these if there are several
   * models. Beyond 1 is an anomaly. NaN while nothing can be said.
   */
  readonly score: number
  /** The target that is at fault in an anomaly. */
  readonly target: string | undefined
  /** How far each target is off, with its sign: beyond ±1 is an anomaly. NaN while nothing can be said. */
  readonly scores: Readonly<Record<string, number>>
  /** What each target was expected to be; NaN for a row that its model rejects. */
  readonly expected: Readonly<Record<string, number>>
  /** Why models have rejected the row, if any has; nothing is said of their targets then. */
  readonly refused?: readonly Unlearned[]
}

export interface DetectAnomaliesConfig {
  /** The share of normal rows that may be flagged. Default: 2e-4. */
  readonly falseAlarms?: number
  /** The number of recent normal rows that say what is normal. Default: 2000. */
  readonly window?: number
  /**
   * The number of rows that are learned before errors count, and then the number of errors that are awaited, so that
   * twice as many rows pass before one is flagged. Default: 500.
   */
  readonly warmUp?: number
  /** A row is learned once so many rows after it were normal, too, so that no fault is learned. Default: 100. */
  readonly delay?: number
  /** After so many rows of which none could be learned, the stream has changed, and is learned anew. Default: 500. */
  readonly patience?: number
  /** The name under which the first model keeps what is normal. Default: `detectAnomalies`. */
  readonly name?: string
}
