/** Targets as columns, and what a baseline predicts of each before it learns it. */
export interface PlayedRows {
  readonly count: number
  readonly actual: Float64Array
  readonly weight: Float64Array
  /** The prediction, NaN (for a class −1) if there is none yet. */
  readonly predicted: Float64Array
  /** For classes, the probability of the true one, and the number of classes that have one, at a time. */
  readonly share: Float64Array
  readonly known: Float64Array
}

/**
 * A predictor that reads no features: it predicts the next target from earlier targets only. A model that does not
 * outperform it has learned nothing from its features.
 *
 * The state is plain JSON data and is changed in place. Categories are class indices.
 */
export interface Baseline<State = unknown> {
  readonly name: string
  readonly tasks: readonly ('regression' | 'classification')[]
  init(): State
  /** Returns the prediction of the next target; NaN (for a class: NaN or -1) if it has seen none. */
  predict(state: State): number
  /** Returns the prediction of the target so many rows ahead, of which 1 is the next. Default: that of the next target. */
  forecast?(state: State, ahead: number): number
  /** Writes the probability of each class seen so far to `into`, and sets its length to their number. */
  probabilities?(state: State, into: number[]): void
  /** Writes the prediction of each target to `into`, for metrics that read them all. */
  predictTargets?(state: State, into: number[]): void
  /** Learns a target; an `actual` of -1 is a class without an index. */
  update(state: State, actual: number, weight: number): void
  /**
   * Does what `predict`, `probabilities` and `update` do for one row after another. It may be left out, but rows that
   * come together take less time with it.
   */
  play?(state: State, rows: PlayedRows): void
}
