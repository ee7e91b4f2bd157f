import { optionsOf } from '../options/optionsOf.js'
import { log64 } from '../program/elementary/index.js'
import { checkHddm, type HddmConfig } from './confidences.js'
import type { DriftDetector } from './detector.js'

export interface HddmWConfig extends HddmConfig {
  /** The weight λ of the newest value in an average. Default: 0.05. */
  readonly lambda?: number
}

/** An exponentially weighted average, and the sum of its squared weights; a `mean` of null has seen nothing. */
interface Average {
  readonly mean: number | null
  readonly squares: number
}

/** What is known of one direction; the values are negated where it is the fall. */
export interface HddmWSide {
  /** The average of all values, the one whose upper bound was least, and the one of the values since then. */
  all: Average
  before: Average
  since: Average
  /** The least upper bound; null before the first value. */
  cut: number | null
}

export interface HddmWState {
  readonly up: HddmWSide
  readonly down: HddmWSide
}

const NONE: Average = { mean: null, squares: 0 }

/**
 * The drift detection method by McDiarmid's bound, for exponentially weighted averages of numbers from 0 to 1:
 * x̂ₜ = λxₜ + (1 − λ)x̂ₜ₋₁. It keeps the average x̂₁ whose upper bound x̂ + √(½ S ln(1/α)) was least, where S is the sum of
 * the squared weights, and compares it with the average x̂₂ of the values since then:
 *
 *     x̂₂ − x̂₁ > √(½ (S₁ + S₂) ln(1/α))
 *
 * with α = 0.001 for a drift, and 0.005 for a warning. A fall is found likewise, as a rise of −x. It finds gradual
 * changes sooner than `hddmA`. (The first value has the weight 1 in an average, so S begins with 1.)
 *
 * @throws RangeError for settings out of their range
 * @example row$.pipe(learn(model), detectDrift(model, detectors.hddmW({ lambda: 0.02 }))).subscribe()
 * @see I. Frías-Blanco et al. (2015), Online and Non-Parametric Drift Detection Methods Based on Hoeffding's Bounds,
 * IEEE TKDE 27(3)
 */
export const hddmW = (config?: HddmWConfig): DriftDetector<HddmWState> => {
  const options = optionsOf('hddmW', config, { drift: 0.001, warning: 0.005, lambda: 0.05, direction: 'up' })
  checkHddm('hddmW', options)
  const { drift, warning, lambda, direction } = options
  if (!(lambda > 0 && lambda <= 1))
    throw new RangeError(`hddmW: lambda is ${lambda}; expected a number above 0 and at most 1.`)
  const kept = 1 - lambda
  const advance = ({ mean, squares }: Average, value: number): Average =>
    mean === null
      ? { mean: value, squares: 1 }
      : { mean: lambda * value + kept * mean, squares: lambda * lambda + kept * kept * squares }
  const bound = (squares: number, alpha: number): number => Math.sqrt((squares * log64(1 / alpha)) / 2)
  const differs = ({ before, since }: HddmWSide, alpha: number): boolean =>
    before.mean !== null &&
    since.mean !== null &&
    since.mean - before.mean > bound(before.squares + since.squares, alpha)
  const sideOf = (): HddmWSide => ({ all: NONE, before: NONE, since: NONE, cut: null })
  const init = (): HddmWState => ({ up: sideOf(), down: sideOf() })

  const look = (side: HddmWSide, value: number): void => {
    side.all = advance(side.all, value)
    const upper = (side.all.mean as number) + bound(side.all.squares, drift)
    if (side.cut === null || upper < side.cut) {
      side.cut = upper
      side.before = side.all
      side.since = NONE
    } else side.since = advance(side.since, value)
  }

  return {
    name: 'hddm-w',
    reads: 'share',
    init,
    update(state, value) {
      const sides = []
      if (direction !== 'down') {
        look(state.up, value)
        sides.push(state.up)
      }
      if (direction !== 'up') {
        look(state.down, -value)
        sides.push(state.down)
      }
      if (sides.some((side) => differs(side, drift))) {
        Object.assign(state, init())
        return 'drift'
      }
      return sides.some((side) => differs(side, warning)) ? 'warning' : 'none'
    },
  }
}
