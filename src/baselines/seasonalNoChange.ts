import { checkWhole } from '../options/checkWhole.js'
import type { Baseline } from './baseline.js'

export interface SeasonalNoChangeState {
  /** The last targets, of one season at most, as a ring whose oldest is at `next` once it is full. */
  readonly ring: number[]
  next: number
  /** For categories: the number of classes with an index so far, and how often the prediction was right or wrong. */
  classes: number
  right: number
  wrong: number
}

/**
 * Predicts the target of one season ago (the seasonal naive method): ŷₜ = yₜ₋ₘ; until a season has passed, the last one.
 * It counts targets, so a row without one holds no place in the season; one with the weight 0 does.
 *
 * Its probabilities are Laplace's (right + 1) / (right + wrong + 2) for the predicted class; the others share the rest.
 *
 * @throws RangeError for a season that is not a whole number of rows
 * @example scoreboard({ task: 'regression', baselines: [noChange(), seasonalNoChange(24)] })
 * @see R. J. Hyndman, G. Athanasopoulos (2021), Forecasting: Principles and Practice, §5.2
 */
export function seasonalNoChange(season: number): Baseline<SeasonalNoChangeState> & {
  forecast(state: SeasonalNoChangeState, ahead: number): number
} {
  checkWhole('seasonalNoChange: season is', season, ', the number of rows in a season')

  /** Returns the value so many rows ahead: that of the last season at the same place, or the last one. */
  function forecast({ ring, next }: SeasonalNoChangeState, ahead: number): number {
    if (ring.length === 0) return Number.NaN
    return ring.length < season ? ring[ring.length - 1] : ring[(next + ahead - 1) % season]
  }

  return {
    name: `no-change over ${season}`,
    tasks: ['regression', 'classification'],
    init() {
      return { ring: [], next: 0, classes: 0, right: 0, wrong: 0 }
    },
    predict(state) {
      return forecast(state, 1)
    },
    forecast,
    probabilities(state, into) {
      const { classes, right, wrong } = state
      const predicted = forecast(state, 1)
      const known = predicted >= 0
      const p = (right + 1) / (right + wrong + 2)
      const other = known ? (1 - p) / Math.max(1, classes - 1) : 1 / classes
      if (into.length !== classes) into.length = classes
      for (let c = 0; c < classes; c += 1) into[c] = other
      if (known) into[predicted] = p
    },
    update(state, actual) {
      const predicted = forecast(state, 1)
      if (actual === predicted) state.right += 1
      else if (!Number.isNaN(predicted)) state.wrong += 1
      state.classes = Math.max(state.classes, Math.floor(actual) + 1)
      if (state.ring.length < season) state.ring.push(actual)
      else {
        state.ring[state.next] = actual
        state.next = state.next + 1 === season ? 0 : state.next + 1
      }
    },
  }
}
