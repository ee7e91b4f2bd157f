import type { Value } from '../values.js'

/** A value of one target, or by name those of several. */
export type ByTarget<T> = T | Readonly<Record<string, T | undefined>>

/**
 * A row with its prediction, as plain data. It begins with the key of its model, if it has one, and with the columns of
 * the row that were asked for; the parts that are not known are undefined, so that JSON leaves them out and CSV leaves
 * their cells empty.
 */
export interface Result {
  readonly [column: string]: unknown
  /** The step of the model that predicted it. */
  readonly step: number
  /** The number, or the most probable name; undefined while no class has been seen. */
  readonly prediction: ByTarget<Value> | undefined
  /** The interval in which the number is expected, by `intervals(model)`. */
  readonly lower?: number
  readonly upper?: number
  /** The quantiles by level, by a loss of several quantiles or by `intervals(model, { levels })`. */
  readonly quantiles?: Readonly<Record<number, number>>
  /** For a category, the probabilities by name. */
  readonly probabilities?: Readonly<Record<string, number>>
  /** The truth; undefined if it is not known. A record of `predict` has neither this nor an error. */
  readonly actual?: ByTarget<Value> | undefined
  /** For a number actual − prediction; for a name 0 if it was right, and 1 if it was wrong. */
  readonly error?: ByTarget<number> | undefined
}
