import { optionsOf } from '../options/optionsOf.js'
import { log64 } from '../program/elementary/index.js'
import { checkHddm, type HddmConfig } from './confidences.js'
import type { DriftDetector } from './detector.js'

export interface HddmAState {
  count: number
  sum: number
  /** The count and the sum at which the upper bound of the mean was least; at which the lower one was largest. */
  leastCount: number
  leastSum: number
  mostCount: number
  mostSum: number
}

/**
 * The drift detection method by Hoeffding's bound, for averages of numbers from 0 to 1. It keeps the first n_min rows
 * for which x̄ + √(ln(1/α)/(2n)) was least, and compares their mean with that of all n rows:
 *
 *     x̄ − x̄_min ≥ √(m/2 · ln(2/α)),   m = (n − n_min)/(n_min · n)
 *
 * with α = 0.001 for a drift, and 0.005 for a warning. A fall is found likewise. It finds abrupt changes fast; `hddmW`
 * is for gradual ones.
 *
 * @throws RangeError for settings out of their range
 * @example row$.pipe(learn(model), detectDrift(model, detectors.hddmA())).subscribe()
 * @see I. Frías-Blanco et al. (2015), Online and Non-Parametric Drift Detection Methods Based on Hoeffding's Bounds,
 * IEEE TKDE 27(3)
 */
export const hddmA = (config?: HddmConfig): DriftDetector<HddmAState> => {
  const options = optionsOf('hddmA', config, { drift: 0.001, warning: 0.005, direction: 'up' })
  checkHddm('hddmA', options)
  const { drift, warning, direction } = options
  const halfLog = log64(1 / drift) / 2
  const bound = (count: number): number => Math.sqrt(halfLog / count)
  const init = (): HddmAState => ({ count: 0, sum: 0, leastCount: 0, leastSum: 0, mostCount: 0, mostSum: 0 })
  /** Whether the mean of all rows lies further from that of the first `n` than by chance. */
  const differs = (count: number, n: number, difference: number, alpha: number): boolean =>
    n < count && difference >= Math.sqrt(((count - n) / n / count / 2) * log64(2 / alpha))

  return {
    name: 'hddm-a',
    reads: 'share',
    init,
    update(state, value) {
      state.count += 1
      state.sum += value
      const { count, sum } = state
      const mean = sum / count
      if (state.leastCount === 0 || state.leastSum / state.leastCount + bound(state.leastCount) >= mean + bound(count))
        Object.assign(state, { leastCount: count, leastSum: sum })
      if (state.mostCount === 0 || state.mostSum / state.mostCount - bound(state.mostCount) <= mean - bound(count))
        Object.assign(state, { mostCount: count, mostSum: sum })
      const rise = mean - state.leastSum / state.leastCount
      const fall = state.mostSum / state.mostCount - mean
      const found = (alpha: number): boolean =>
        (direction !== 'down' && differs(count, state.leastCount, rise, alpha)) ||
        (direction !== 'up' && differs(count, state.mostCount, fall, alpha))
      if (found(drift)) {
        Object.assign(state, init())
        return 'drift'
      }
      return found(warning) ? 'warning' : 'none'
    },
  }
}
