import { checkWhole } from '../options/checkWhole.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { DIRECTIONS, type Direction, type DriftDetector } from './detector.js'

export interface PageHinkleyConfig {
  /** The change δ of the mean that is tolerated, in units of the values. Default: 0.005. */
  readonly delta?: number
  /** The threshold λ: a larger one gives fewer false alarms, and later ones. Default: 50. */
  readonly threshold?: number
  /** The factor by which sums of earlier rows count less. Default: 0.9999; 1 is the test of the papers. */
  readonly fading?: number
  /** The number of values before the first test. Default: 30. */
  readonly wait?: number
  /** Which change is a drift. Default: 'up', because a model's errors should fall. */
  readonly direction?: Direction
}

export interface PageHinkleyState {
  count: number
  mean: number
  /** The sums of a rise and of a fall, and the least and the largest value that they had. */
  up: number
  least: number
  down: number
  most: number
}

/**
 * The Page-Hinkley test: mₜ = Σ (xᵢ − x̄ᵢ − δ), where x̄ᵢ is the mean up to xᵢ; a drift is where mₜ − min m > λ. For a fall
 * it is mₜ = Σ (xᵢ − x̄ᵢ + δ) and max m − mₜ > λ. It warns of nothing.
 *
 * @throws RangeError for settings out of their range
 * @example row$.pipe(learn(model), detectDrift(model, detectors.pageHinkley({ threshold: 20 }))).subscribe()
 * @see E. S. Page (1954), Continuous Inspection Schemes, Biometrika 41; D. V. Hinkley (1971), Inference about the
 * change-point from cumulative sum tests, Biometrika 58
 */
export const pageHinkley = (config?: PageHinkleyConfig): DriftDetector<PageHinkleyState> => {
  const { delta, threshold, fading, wait, direction } = optionsOf('pageHinkley', config, {
    ...{ delta: 0.005, threshold: 50, fading: 0.9999, wait: 30 },
    direction: 'up',
  })
  if (!(delta >= 0 && delta < Infinity))
    throw new RangeError(`pageHinkley: delta is ${delta}; expected a number of at least 0.`)
  if (!(threshold > 0 && threshold < Infinity))
    throw new RangeError(`pageHinkley: threshold is ${threshold}; expected a number above 0.`)
  if (!(fading > 0 && fading <= 1))
    throw new RangeError(`pageHinkley: fading is ${fading}; expected a number above 0 and at most 1.`)
  checkWhole('pageHinkley: wait is', wait)
  oneOf('pageHinkley', 'direction', direction, DIRECTIONS)
  const [rises, falls] = [direction !== 'down', direction !== 'up']
  // JSON cannot hold an infinity, and before the first value both sums are 0.
  const init = (): PageHinkleyState => ({ count: 0, mean: 0, up: 0, least: 0, down: 0, most: 0 })
  return {
    name: 'page-hinkley',
    reads: 'number',
    init,
    update(state, value) {
      state.count += 1
      state.mean += (value - state.mean) / state.count
      const deviation = value - state.mean
      state.up = fading * state.up + deviation - delta
      state.down = fading * state.down + deviation + delta
      state.least = state.count === 1 ? state.up : Math.min(state.least, state.up)
      state.most = state.count === 1 ? state.down : Math.max(state.most, state.down)
      if (state.count < wait) return 'none'
      const found = (rises && state.up - state.least > threshold) || (falls && state.most - state.down > threshold)
      if (found) Object.assign(state, init())
      return found ? 'drift' : 'none'
    },
    weaker: () => pageHinkley({ delta, threshold: threshold / 2, fading, wait, direction }),
  }
}
