import { checkNumber } from '../options/checkNumber.js'
import { checkMetric } from './checkMetric.js'
import type { Metric, RunningMetric } from './metric.js'

export interface FadingState {
  readonly kind: 'fading'
  readonly factor: number
  /** The factor by which the weight of the next row is multiplied, between 1 and 2. */
  scale: number
  readonly sums: number[]
}

/**
 * A metric over all rows in which each row counts `factor` times the next one: row i of t has the weight factor^(t − i)
 * wᵢ. A factor of 0.999 corresponds to about 1 / (1 − factor) = 1,000 rows; a factor of 1 is `cumulative`.
 *
 * Instead of reducing all sums at each row, the weight of the new row is increased, because a metric does not depend on
 * the unit of its weights. Whenever that scale exceeds 2, it and the sums are halved, which is exact.
 *
 * @throws RangeError unless 0 < `factor` ≤ 1
 * @example fading(accuracy(), 0.999)
 * @see J. Gama, R. Sebastião, P. Rodrigues (2013), On evaluating stream learning algorithms, Machine Learning 90(3)
 */
export function fading(metric: Metric, factor = 0.999): RunningMetric<FadingState> {
  checkMetric('fading', metric)
  checkNumber('fading: factor', factor, { open: true, most: 1 })
  const scratch: number[] = new Array(metric.width).fill(0)

  function add(state: FadingState, row: readonly number[]): void {
    state.scale /= factor
    while (state.scale >= 2) {
      state.scale /= 2
      metric.fade(state.sums, 0.5)
    }
    metric.add(state.sums, row, 0, state.scale)
  }

  return {
    kind: 'fading',
    metric,
    init() {
      return { kind: 'fading', factor, scale: 1, sums: new Array(metric.size).fill(0) }
    },
    update(state, observation) {
      metric.measure(observation, scratch)
      add(state, scratch)
    },
    add,
    value(state) {
      return metric.value(state.sums)
    },
  }
}
