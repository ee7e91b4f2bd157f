import type { Baseline } from './baseline.js'

export interface MeanState {
  weight: number
  mean: number
}

/**
 * Predicts the mean of the targets so far: ŷₜ = Σ wᵢyᵢ / Σ wᵢ, i < t, computed as μ ← μ + (w / Σw)(y − μ).
 *
 * @example scoreboard({ task: 'regression', baselines: [mean()] })
 * @see D. H. D. West (1979), Communications of the ACM 22(9); River dummy.StatisticRegressor(stats.Mean())
 */
export function mean(): Baseline<MeanState> {
  return {
    name: 'running mean',
    tasks: ['regression'],
    init() {
      return { weight: 0, mean: 0 }
    },
    predict(state) {
      return state.weight > 0 ? state.mean : Number.NaN
    },
    update(state, actual, weight) {
      if (!(weight > 0)) return
      state.weight += weight
      state.mean += (weight / state.weight) * (actual - state.mean)
    },
    play(state, { count, actual, weight, predicted }) {
      let { weight: total, mean } = state
      for (let i = 0; i < count; i += 1) {
        predicted[i] = total > 0 ? mean : Number.NaN
        if (!(weight[i] > 0)) continue
        total += weight[i]
        mean += (weight[i] / total) * (actual[i] - mean)
      }
      state.weight = total
      state.mean = mean
    },
  }
}
