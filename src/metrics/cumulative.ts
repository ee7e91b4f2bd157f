import { addRows } from './addRows.js'
import type { BatchesState } from './batches.js'
import { checkMetric } from './checkMetric.js'
import type { Metric, RunningMetric } from './metric.js'

export interface CumulativeState {
  readonly kind: 'cumulative'
  readonly sums: number[]
  /** Kept where bands are wanted. */
  batches?: BatchesState
}

/**
 * A metric over every row since the start, each by its weight: the prequential value of the literature.
 *
 * @example
 * const error = cumulative(mae())
 * const state = error.init()
 * error.update(state, { actual: 3, predicted: 2.5, weight: 1 })
 * error.value(state)   // 0.5
 * @see A. P. Dawid (1984), JRSS A 147(2)
 */
export function cumulative(metric: Metric): RunningMetric<CumulativeState> {
  checkMetric('cumulative', metric)
  const scratch: number[] = new Array(metric.width).fill(0)
  const ones: number[] = []
  return {
    kind: 'cumulative',
    metric,
    init() {
      return { kind: 'cumulative', sums: new Array(metric.size).fill(0) }
    },
    update(state, observation) {
      metric.measure(observation, scratch)
      metric.add(state.sums, scratch, 0, 1)
    },
    add(state, row) {
      metric.add(state.sums, row, 0, 1)
    },
    addRows(state, rows, count) {
      while (ones.length < count) ones.push(1)
      addRows(metric, state.sums, rows, 0, count, ones)
    },
    value(state) {
      return metric.value(state.sums)
    },
    sums: (state) => state.sums,
  }
}
