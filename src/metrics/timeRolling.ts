import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { checkMetric } from './checkMetric.js'
import type { Metric, Observation } from './metric.js'

/** An observation with the time of its row. */
export interface TimedObservation extends Observation {
  /** In milliseconds, from any origin. */
  readonly timeMs: number
}

export interface TimeRollingConfig {
  /** The length of the window, in milliseconds. */
  readonly withinMs: number
  /** The largest number of rows that are kept; beyond it the oldest are left out, and counted. Default: 10,000. */
  readonly capacity?: number
}

export interface TimeRollingState {
  readonly kind: 'timeRolling'
  /** The newest time so far; null before the first row. */
  newest: number | null
  /** The number of rows that were left out for want of room while they were within the window. */
  dropped: number
  /** The rows as they came: their times, and `metric.width` numbers each. */
  readonly times: number[]
  readonly rows: number[]
}

/** A metric over the rows of the last milliseconds. */
export interface TimedMetric {
  readonly kind: 'timeRolling'
  readonly metric: Metric
  init(): TimeRollingState
  update(state: TimeRollingState, observation: TimedObservation): void
  /** @param nowMs the end of the window; by default the newest time of a row */
  value(state: TimeRollingState, nowMs?: number): number
}

/**
 * A metric over the rows of the last `withinMs` milliseconds, by the time that each row says: those later than the end
 * of the window less its length. Rows may come out of order; one that is older than the window is not kept.
 *
 * @throws RangeError for a length that is not above 0, or a capacity that is not a whole number ≥ 1
 * @example
 * const lastHour = timeRolling(mae(), { withinMs: 3_600_000 })
 * const state = lastHour.init()
 * lastHour.update(state, { actual: 310, predicted: 295, weight: 1, timeMs: 0 })
 * lastHour.value(state)             // 15
 * lastHour.value(state, 7_200_000)  // NaN: nothing is left two hours later
 */
export function timeRolling(metric: Metric, config: TimeRollingConfig): TimedMetric {
  checkMetric('timeRolling', metric)
  const { withinMs, capacity } = optionsOf('timeRolling', config, { withinMs: Number.NaN, capacity: 10_000 })
  if (!(withinMs > 0 && withinMs < Infinity))
    throw new RangeError(`timeRolling: withinMs is ${withinMs}; expected a number of milliseconds above 0.`)
  checkWhole('timeRolling: capacity is', capacity, ', the largest number of rows')
  const { width } = metric
  const scratch: number[] = []

  /** Leaves out rows that are too old, and if there are more than fit, the first ones. */
  function prune(state: TimeRollingState, from: number): void {
    const { times, rows } = state
    let kept = 0
    let within = 0
    for (const time of times) if (time > from) within += 1
    let surplus = Math.max(0, within - capacity)
    state.dropped += surplus
    for (let i = 0; i < times.length; i += 1) {
      if (!(times[i] > from)) continue
      if (surplus > 0) {
        surplus -= 1
        continue
      }
      times[kept] = times[i]
      for (let j = 0; j < width; j += 1) rows[kept * width + j] = rows[i * width + j]
      kept += 1
    }
    times.length = kept
    rows.length = kept * width
  }

  return {
    kind: 'timeRolling',
    metric,
    init() {
      return { kind: 'timeRolling', newest: null, dropped: 0, times: [], rows: [] }
    },
    update(state, observation) {
      const { timeMs } = observation
      if (!Number.isFinite(timeMs)) return
      state.newest = Math.max(state.newest ?? timeMs, timeMs)
      if (!(timeMs > state.newest - withinMs)) return
      metric.measure(observation, scratch)
      state.times.push(timeMs)
      for (let j = 0; j < width; j += 1) state.rows.push(scratch[j])
      // The work of leaving rows out is shared by as many rows as are kept.
      if (state.times.length > 2 * capacity) prune(state, state.newest - withinMs)
    },
    value(state, nowMs = state.newest ?? 0) {
      prune(state, (state.newest ?? 0) - withinMs)
      const sums: number[] = new Array(metric.size).fill(0)
      for (let i = 0; i < state.times.length; i += 1)
        if (state.times[i] > nowMs - withinMs && state.times[i] <= nowMs) metric.add(sums, state.rows, i * width, 1)
      return metric.value(sums)
    },
  }
}
