import { type Bounds, type GivenBounds, keepBounds, noBounds, placeAt } from './given.js'
import { areLevels, boundOf, keepLevels, type LevelState, noLevels, scoreLevels } from './levels.js'
import { createRecent, type Recent, type Ring } from './recent.js'

/** What is known of the errors of a model's predictions: plain data, which a snapshot saves. */
export interface IntervalState {
  /** The target whose errors these are. */
  readonly target: string
  /** The number of errors and bounds that are kept. */
  readonly window: number
  readonly errors: Ring
  readonly given: GivenBounds
  /** The shares of errors that are to lie below and above the interval, as they adapt. */
  low: number
  high: number
  /** How many intervals were given for numbers that are known by now, and how many of them held their number. */
  rows: number
  covered: number
  /** The quantiles of the errors, if levels were asked for. */
  readonly quantiles?: LevelState
}

export interface AdaptiveConfig {
  /** The share of numbers that are to lie within their intervals. */
  readonly coverage: number
  /** The number of recent errors from which the quantiles are taken. */
  readonly window: number
  /** How much each row changes the shares; the first rows change them more. */
  readonly rate: number
  /** The levels of the quantiles that are followed beside the interval. */
  readonly levels?: readonly number[] | undefined
}

export interface AdaptiveIntervals {
  init(target: string): IntervalState
  /** Learns the error y − ŷ of a prediction of one step, which was learned by another. */
  update(state: IntervalState, error: number, predicted: number, learned: number): void
}

/** The rate after so many rows with intervals: it falls to its setting as 1/t, so that short streams are covered too. */
const rateAfter = (rows: number, rate: number): number => Math.max(rate, 10 / (200 + rows))

/**
 * Intervals of adaptive conformal inference, with a share for each side: with e = y − ŷ, α = 1 − coverage and the n
 * last errors in order of size e₍₁₎ ≤ … ≤ e₍ₙ₎,
 *
 *     [ŷ + e₍ₖ₎, ŷ + e₍ₙ₊₁₋ₘ₎],   k = ⌊α⁻(n + 1)⌋,   m = ⌊α⁺(n + 1)⌋
 *     α⁻ ← α⁻ + γₜ(α/2 − 1[y below]),   α⁺ ← α⁺ + γₜ(α/2 − 1[y above]),   γₜ = max(γ, 10/(200 + t))
 *
 * Whatever the stream does, the share of numbers below the interval is α/2 but for O(1/(γT)) after T rows, as each miss
 * widens the interval: where a share is negative, the bound goes beyond the largest error, by a tenth of the errors'
 * range for each γₜ. With a small γ alone, the bounds of a few hundred rows would hardly move. A quantile of level a has
 * its own share and bound in the same way, on the side of a.
 *
 * Gibbs and Candès, "Adaptive conformal inference under distribution shift" (2021); the bound beyond the errors is a
 * step of the quantile tracker of Angelopoulos, Candès and Tibshirani, "Conformal PID control for time series
 * prediction" (2023); a rate that falls is that of Angelopoulos, Barber and Bates, "Online conformal prediction with
 * decaying step sizes" (2024), here down to γ alone, because streams drift.
 */
export const createAdaptiveIntervals = ({ coverage, window, rate, levels }: AdaptiveConfig): AdaptiveIntervals => {
  const share = (1 - coverage) / 2
  let owner: IntervalState | undefined
  let recent: Recent | undefined
  /** The errors in order of size. They are sorted anew for a state that comes from a snapshot. */
  const recentOf = (state: IntervalState): Recent => {
    if (recent === undefined || owner !== state) {
      owner = state
      recent = createRecent(state.errors, window)
    }
    return recent
  }
  const own: Bounds = { below: 0, above: 0 }
  return {
    init: (target) => ({
      ...{ target, window, errors: { values: [], next: 0 }, given: noBounds() },
      ...{ low: share, high: share, rows: 0, covered: 0 },
      ...(levels && { quantiles: noLevels(levels) }),
    }),
    update(state, error, predicted, learned) {
      const all = recentOf(state)
      const { given, quantiles } = state
      const at = placeAt(given, predicted, window)
      // There was no interval before the first error.
      if (at >= 0) {
        const [isBelow, isAbove] = [Number(error < given.below[at]), Number(error > given.above[at])]
        const step = rateAfter(state.rows, rate)
        state.rows++
        state.covered += 1 - Math.max(isBelow, isAbove)
        state.low += step * (share - isBelow)
        state.high += step * (share - isAbove)
        if (quantiles) scoreLevels(quantiles, at, error, step)
      }
      all.add(error)
      const unit = rateAfter(state.rows, rate)
      own.below = boundOf(all, state.low, false, unit)
      own.above = boundOf(all, state.high, true, unit)
      const kept = keepBounds(given, learned, own, window)
      if (quantiles) keepLevels(quantiles, kept, all, unit)
    },
  }
}

/** Returns what is wrong with a saved state of these settings, or undefined. */
export const problemOfState = (
  saved: unknown,
  target: string,
  window: number,
  levels?: readonly number[],
): string | undefined => {
  const state = (saved ?? {}) as { readonly [K in keyof IntervalState]?: unknown }
  if (state.target !== target) return `is of the target '${state.target}'; expected '${target}'`
  if (state.window !== window) return `has a window of ${state.window} errors; expected ${window}`
  const kept = (state.quantiles as Partial<LevelState> | undefined)?.levels
  if (`${kept ?? ''}` !== `${levels ?? ''}`)
    return `has ${kept ? `the levels ${kept}` : 'no levels'}; expected ${levels ? `${levels}` : 'none'}`
  const isPlace = (next: unknown): boolean =>
    Number.isInteger(next) && (next as number) >= 0 && (next as number) < window
  const areNumbers = (list: unknown, length?: number): boolean =>
    Array.isArray(list) &&
    list.length <= window &&
    (length === undefined || list.length === length) &&
    list.every((x) => typeof x === 'number' && Number.isFinite(x))
  const errors = (state.errors ?? {}) as Partial<Ring>
  const given = (state.given ?? {}) as Partial<GivenBounds>
  const count = given.steps?.length ?? -1
  const fits =
    areNumbers(errors.values) &&
    isPlace(errors.next) &&
    [given.steps, given.below, given.above].every((list) => areNumbers(list, count)) &&
    isPlace(given.next) &&
    [state.low, state.high, state.rows, state.covered].every((x) => Number.isFinite(x)) &&
    (levels ? areLevels(state.quantiles, levels, count) : state.quantiles === undefined)
  return fits ? undefined : 'has other numbers than the errors and bounds of intervals'
}
