import { optionsOf } from '../options/optionsOf.js'
import { type ConfusionConfig, confusionDefaults, ofConfusion } from './confusion.js'
import { cumulative } from './cumulative.js'
import type { Metric, Observation, RunningMetric } from './metric.js'

export interface ConfusionMatrixConfig extends ConfusionConfig {
  /** The rows that count, such as `(metric) => rolling(metric, 1000)`. Default: all, `cumulative`. */
  readonly form?: (metric: Metric) => RunningMetric
}

/** A running confusion matrix, whose state is plain JSON data. */
export interface ConfusionMatrix {
  init(): unknown
  update(state: unknown, observation: Observation): void
  /**
   * Returns the weight of rows by true and by predicted class. The last row and column are those without a class, and
   * those of classes beyond `classes`.
   */
  value(state: unknown): number[][]
}

/**
 * The weight of rows by true and by predicted class.
 *
 * @throws RangeError for a number of classes that is not a whole number
 * @example
 * const matrix = confusionMatrix({ classes: 2 })
 * const state = matrix.init()
 * matrix.update(state, { actual: 1, predicted: 0, weight: 1 })
 * matrix.value(state)   // [[0, 0, 0], [1, 0, 0], [0, 0, 0]]
 */
export function confusionMatrix(config?: ConfusionMatrixConfig): ConfusionMatrix {
  const { classes, form } = optionsOf('confusionMatrix', config, {
    ...confusionDefaults,
    form: (metric: Metric): RunningMetric => cumulative(metric) as RunningMetric,
  })
  const metric = ofConfusion('confusionMatrix', classes, ({ total }) => total)
  const running = form(metric)
  return {
    init: () => running.init(),
    update: (state, observation) => running.update(state, observation),
    value: (state) => metric.matrix(running.sums(state)),
  }
}
