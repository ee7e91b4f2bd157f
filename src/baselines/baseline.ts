/**
 * A predictor that knows no features: it predicts the next target from the earlier targets only.
 * A model that does not beat it has learned nothing from its features.
 *
 * The state is plain JSON data and is changed in place. Categories are class indices.
 */
export interface Baseline<State = unknown> {
  readonly name: string
  readonly tasks: readonly ('regression' | 'classification')[]
  init(): State
  /** The next target, or NaN (a class: NaN or -1) while it has seen none. */
  predict(state: State): number
  /** Writes the probability of each class seen so far to `into`, its length being their number. */
  probabilities?(state: State, into: number[]): void
  /** Learns a target; an `actual` of -1 is a class that has no index. */
  update(state: State, actual: number, weight: number): void
}
