import { checkShare } from '../options/checkShare.js'
import { checkWhole } from '../options/checkWhole.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import type { Baseline } from './baseline.js'

export interface HoltWintersConfig {
  /** The number of rows in a season; 1 is Holt's method, without seasons. Default: 1. */
  readonly season?: number
  /** Whether a season adds to the level or multiplies it. Default: 'additive'. */
  readonly seasonal?: 'additive' | 'multiplicative'
  /** The shares that the newest target takes in level, trend and season. Defaults: 0.3, 0.1 and 0.6. */
  readonly alpha?: number
  readonly beta?: number
  readonly gamma?: number
}

export interface HoltWintersState {
  /** The targets of the first season, from which the rest begins; empty after that. */
  readonly first: number[]
  level: number
  trend: number
  /** The seasonal parts as a ring, whose next is that of the next row; empty before the first season has passed. */
  readonly seasons: number[]
  next: number
  /** The last target. */
  last: number
}

/**
 * Triple exponential smoothing, by level ℓ, trend b and seasons s of length m; additive:
 *
 *     ŷₜ₊ₕ = ℓₜ + h·bₜ + sₜ₊ₕ₋ₘ
 *     ℓₜ = α(yₜ − sₜ₋ₘ) + (1 − α)(ℓₜ₋₁ + bₜ₋₁),   bₜ = β(ℓₜ − ℓₜ₋₁) + (1 − β)bₜ₋₁
 *     sₜ = γ(yₜ − ℓₜ₋₁ − bₜ₋₁) + (1 − γ)sₜ₋ₘ
 *
 * and multiplicative, with yₜ / sₜ₋ₘ, yₜ / (ℓₜ₋₁ + bₜ₋₁) and (ℓₜ + h·bₜ)·sₜ₊ₕ₋ₘ. It begins with the mean of the first
 * season, the mean difference of its neighbours, and each target less that mean, or by it. Until then it predicts the
 * last target, and so does a multiplicative one whose level is not above 0.
 *
 * @throws RangeError for settings out of their range
 * @example scoreboard({ task: 'regression', baselines: [holtWinters({ season: 12, seasonal: 'multiplicative' })] })
 * @see P. R. Winters (1960), Forecasting Sales by Exponentially Weighted Moving Averages, Management Science 6(3);
 * R. J. Hyndman, G. Athanasopoulos (2021), Forecasting: Principles and Practice, §8.3
 */
export function holtWinters(config?: HoltWintersConfig): Baseline<HoltWintersState> & {
  forecast(state: HoltWintersState, ahead: number): number
} {
  const { season, seasonal, alpha, beta, gamma } = optionsOf('holtWinters', config, {
    ...{ season: 1, seasonal: 'additive', alpha: 0.3, beta: 0.1, gamma: 0.6 },
  })
  checkWhole('holtWinters: season is', season, ', the number of rows in a season')
  oneOf('holtWinters', 'seasonal', seasonal, ['additive', 'multiplicative'])
  checkShare('holtWinters: alpha is', alpha)
  checkShare('holtWinters: beta is', beta)
  checkShare('holtWinters: gamma is', gamma)
  const additive = seasonal === 'additive'
  const neutral = additive ? 0 : 1
  const without = (y: number, part: number): number => (additive ? y - part : y / part)

  function begin(state: HoltWintersState): void {
    const { first } = state
    const mean = first.reduce((sum, y) => sum + y, 0) / first.length
    if (!additive && !(mean > 0 && first.every((y) => y > 0))) {
      // A product has no meaning here, so it waits for a season that is all above 0.
      first.shift()
      return
    }
    state.level = mean
    state.trend = (first[first.length - 1] - first[0]) / (first.length - 1)
    // Without a season there is one part, which stays neutral.
    for (const y of first) if (season > 1) state.seasons.push(without(y, mean))
    if (season === 1) state.seasons.push(neutral)
    state.last = first[first.length - 1]
    first.length = 0
  }

  function forecast({ first, level, trend, seasons, next, last }: HoltWintersState, ahead: number): number {
    if (seasons.length === 0) return first.length > 0 ? first[first.length - 1] : Number.NaN
    const part = seasons[(next + ahead - 1) % season]
    const base = level + ahead * trend
    const predicted = additive ? base + part : base * part
    return Number.isFinite(predicted) && (additive || base > 0) ? predicted : last
  }

  return {
    name: `Holt-Winters${season > 1 ? ` over ${season}` : ''}`,
    tasks: ['regression'],
    init() {
      return { first: [], level: 0, trend: 0, seasons: [], next: 0, last: 0 }
    },
    predict(state) {
      return forecast(state, 1)
    },
    forecast,
    update(state, actual) {
      const { first, seasons, level, trend, next } = state
      if (seasons.length === 0) {
        first.push(actual)
        if (first.length === Math.max(2, season)) begin(state)
        return
      }
      state.last = actual
      const part = seasons[next]
      const base = level + trend
      const seen = without(actual, part)
      if (!Number.isFinite(seen)) return
      state.level = alpha * seen + (1 - alpha) * base
      state.trend = beta * (state.level - level) + (1 - beta) * trend
      const now = without(actual, base)
      if (season > 1 && Number.isFinite(now)) seasons[next] = gamma * now + (1 - gamma) * part
      state.next = next + 1 === season ? 0 : next + 1
    },
  }
}
