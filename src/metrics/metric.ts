import type { Observations } from './observations.js'

/** What a metric reads about one row: the stored prediction and the truth that arrived later. */
export interface Observation {
  /** The number or, for a category, the class index (-1: the model had no column for it when it predicted). */
  readonly actual: number
  /** The number, or the index of the most probable class (-1: there is none yet). */
  readonly predicted: number
  /** For categories, the probabilities by class index, for the classes that the model knew when it predicted. */
  readonly probabilities?: ArrayLike<number>
  /** For a number, its quantiles by level, if they were predicted; NaN before anything was known of errors. */
  readonly quantiles?: Readonly<Record<number, number>>
  /** All targets of a row that has several, for metrics that read them; none are predicted where nothing is known of it. */
  readonly targets?: { readonly actual: ArrayLike<number>; readonly predicted: ArrayLike<number> } | undefined
  readonly weight: number
  /** For a class that was new (`actual` -1), the index that it has got since; baselines learn it. Default: `actual`. */
  readonly committed?: number
}

/**
 * A metric as sufficient statistics: a row is measured once, the resulting numbers are added to sums, and the value is
 * a function of the sums.
 *
 * This form has two advantages. A window can keep measured rows, which take 2 or 3 numbers each, however many classes
 * there are; and one measurement serves the cumulative, the rolling and the fading form. A custom metric is an object
 * of this form or, if it is a mean over rows, a call of `weightedMean`.
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
  /** The number of sums that it keeps; they start at zero. */
  readonly size: number
  /** The number of values that it keeps of one row. */
  readonly width: number
  /** Writes the `width` numbers of one row to the start of `row`; all are finite, so that JSON can hold them. */
  measure(observation: Observation, row: number[]): void
  /**
   * Does what `measure` does for rows in columns, which it writes one behind another. It may be left out, but where all
   * metrics of a scoreboard have it, rows that come together take a fraction of the time.
   */
  measureRows?(rows: Observations, into: number[]): void
  /** Adds the row that starts at `at`, with its weight multiplied by `scale`. */
  add(sums: number[], rows: readonly number[], at: number, scale: number): void
  /**
   * Does what `add` does for the rows from one to before another, row i with its own scale. It may be left out, but
   * where rows come together it takes a fraction of the time.
   */
  addRows?(sums: number[], rows: readonly number[], from: number, to: number, scales: readonly number[]): void
  /** Multiplies the weight of everything added so far by `factor`. */
  fade(sums: number[], factor: number): void
  /** Adds the sums over rows that come later. Default: each number is added to the one in its place. */
  merge?(sums: number[], others: readonly number[]): void
  /** Whether it reads all targets of a row. Default: false. */
  readonly readsTargets?: boolean
  /** Whether the value is a share of the rows, by their weights. Default: false. */
  readonly isShare?: boolean
  /** Returns the value; NaN if nothing was added. It does not depend on the unit of the weights. */
  value(sums: readonly number[]): number
}

/**
 * A metric over time: `cumulative`, `rolling` or `fading`.
 * The state is plain JSON data and is changed in place; after saving and loading it continues with the same bits.
 */
export interface RunningMetric<State = unknown> {
  readonly kind: 'cumulative' | 'rolling' | 'fading'
  readonly metric: Metric
  init(): State
  update(state: State, observation: Observation): void
  /** Does what `update` does, for a row that `metric.measure` has already measured. */
  add(state: State, row: readonly number[]): void
  /** Does what `add` does, for `count` rows that stand one behind another. */
  addRows(state: State, rows: readonly number[], count: number): void
  value(state: State): number
  /** Returns the sums over the rows that count now, which `metric.value` turns into the value. */
  sums(state: State): readonly number[]
}
