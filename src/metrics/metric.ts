/** What a metric sees of one row: the stored prediction beside the truth that arrived. */
export interface Observation {
  /** The number, or for a category the class index (-1: the model had no column for it when it predicted). */
  readonly actual: number
  /** The number, or the index of the most probable class (-1: none yet). */
  readonly predicted: number
  /** Per class index, for categories: the classes that the model knew when it predicted. */
  readonly probabilities?: ArrayLike<number>
  readonly weight: number
  /** For a class that was new (`actual` -1): the index it has got since. Baselines learn it. Default: `actual`. */
  readonly committed?: number
}

/**
 * A metric as sufficient statistics: a row is measured once, its few numbers are added to sums,
 * and the value is a function of the sums.
 *
 * Two things follow. A window can keep measured rows (2 or 3 numbers each, however many classes there are), and
 * one measurement serves the cumulative, the rolling and the fading form alike. One of your own is an object of this form,
 * or, where it is a mean over rows, a call of `weightedMean`.
 *
 * @example
 * const hits = weightedMean({ name: 'within 10', better: 'higher', task: 'regression',
 *   of: ({ actual, predicted }) => (Math.abs(actual - predicted) <= 10 ? 1 : 0) })
 * row$.pipe(learn(model), evaluate(model, { name: 'hits', metrics: [hits] })).subscribe()
 */
export interface Metric {
  readonly name: string
  readonly better: 'lower' | 'higher'
  readonly task: 'regression' | 'classification'
  /** How many sums it keeps. They start at zero. */
  readonly size: number
  /** How many numbers it needs of one row. */
  readonly width: number
  /** Writes the `width` numbers of one row to the start of `row`; all are finite, so that JSON can hold them. */
  measure(observation: Observation, row: number[]): void
  /** Adds the row that starts at `at`, its weight times `scale`. */
  add(sums: number[], rows: readonly number[], at: number, scale: number): void
  /** Multiplies the weight of everything that was added by `factor`. */
  fade(sums: number[], factor: number): void
  /** NaN before anything was seen. It does not depend on the unit of the weights. */
  value(sums: readonly number[]): number
}

/**
 * A metric over time: `cumulative`, `rolling` or `fading`.
 * The state is plain JSON data and is changed in place; saved, loaded and continued it gives the same bits.
 */
export interface RunningMetric<State = unknown> {
  readonly kind: 'cumulative' | 'rolling' | 'fading'
  readonly metric: Metric
  init(): State
  update(state: State, observation: Observation): void
  /** `update` for a row that `metric.measure` has measured already. */
  add(state: State, row: readonly number[]): void
  value(state: State): number
}
