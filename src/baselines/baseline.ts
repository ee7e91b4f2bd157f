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
  /** Writes the probability of each class seen so far to `into`, and sets its length to their number. */
  probabilities?(state: State, into: number[]): void
  /** Learns a target; an `actual` of -1 is a class without an index. */
  update(state: State, actual: number, weight: number): void
}
