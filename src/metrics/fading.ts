import { checkNumber } from '../options/checkNumber.js'
import { addRows } from './addRows.js'
import type { BatchesState } from './batches.js'
import { checkMetric } from './checkMetric.js'
import type { Metric, RunningMetric } from './metric.js'

export interface FadingState {
  readonly kind: 'fading'
  readonly factor: number
  /** The factor by which the weight of the next row is multiplied, between 1 and 2. */
  scale: number
  readonly sums: number[]
  /** Kept where bands are wanted. */
  batches?: BatchesState
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
  const scales: number[] = []

  function add(state: FadingState, row: readonly number[]): void {
    state.scale /= factor
    while (state.scale >= 2) {
      state.scale /= 2
      metric.fade(state.sums, 0.5)
    }
    metric.add(state.sums, row, 0, state.scale)
  }

  /** What `scales` begin after, end in, and how many they are, where none of them was halved. */
  let [before, after, known] = [Number.NaN, Number.NaN, 0]

  function addMany(state: FadingState, rows: readonly number[], count: number): void {
    // The players of a scoreboard fade alike, so that one list of scales serves for all.
    if (state.scale === before && count === known) {
      addRows(metric, state.sums, rows, 0, count, scales)
      state.scale = after
      return
    }
    const start = state.scale
    let halved = false
    let from = 0
    for (let i = 0; i < count; i += 1) {
      state.scale /= factor
      if (state.scale >= 2) {
        // The rows before are added at their scales before all sums are halved.
        addRows(metric, state.sums, rows, from, i, scales)
        from = i
        halved = true
        while (state.scale >= 2) {
          state.scale /= 2
          metric.fade(state.sums, 0.5)
        }
      }
      scales[i] = state.scale
    }
    addRows(metric, state.sums, rows, from, count, scales)
    before = halved ? Number.NaN : start
    after = state.scale
    known = count
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
    addRows: addMany,
    value(state) {
      return metric.value(state.sums)
    },
    sums: (state) => state.sums,
  }
}
