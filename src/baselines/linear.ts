import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import type { Baseline } from './baseline.js'
import { solve } from './solve.js'

export interface LinearConfig {
  /** The number p of earlier targets that are read. Default: 3. */
  readonly lags?: number
}

export interface LinearState {
  /** The first target, from which all are counted, so that a large level costs no digits; null before it. */
  origin: number | null
  /** The last p targets, the newest first, less the origin. */
  readonly recent: number[]
  /** Σ w·x xᵀ and Σ w·x·y over the rows so far, with x = (1, yₜ₋₁, …, yₜ₋ₚ). */
  readonly products: number[]
  readonly targets: number[]
}

/** The share of the mean square that is added to the diagonal, so that series without spread can be solved, too. */
const RIDGE = 1e-9

/**
 * Linear autoregression by least squares over all rows so far: ŷₜ = w₀ + Σ wⱼ yₜ₋ⱼ, j = 1 to p. Until as many rows as it
 * has weights have been seen, it predicts the last target.
 *
 * The products are kept, and solved anew for each prediction by Cholesky's method: p³/6 operations.
 *
 * @throws RangeError for a number of lags that is not a whole number
 * @example scoreboard({ task: 'regression', baselines: [noChange(), linear({ lags: 12 })] })
 * @see G. U. Yule (1927), On a Method of Investigating Periodicities in Disturbed Series, Philosophical Transactions A 226
 */
export function linear(config?: LinearConfig): Baseline<LinearState> {
  const { lags } = optionsOf('linear', config, { lags: 3 })
  checkWhole('linear: lags is', lags, ', the number of earlier targets')
  const size = lags + 1
  const at = (recent: readonly number[], j: number): number => (j === 0 ? 1 : recent[j - 1])

  return {
    name: `autoregression of ${lags}`,
    tasks: ['regression'],
    init() {
      return {
        origin: null,
        recent: [],
        products: new Array(size * size).fill(0),
        targets: new Array(size).fill(0),
      }
    },
    predict({ origin, recent, products, targets }) {
      if (origin === null) return Number.NaN
      const last = recent[0] + origin
      if (recent.length < lags || !(products[0] >= size)) return last
      const weights = solve(products, targets, size, RIDGE)
      let sum = 0
      for (let j = 0; j < size; j += 1) sum += weights[j] * at(recent, j)
      return Number.isFinite(sum) ? sum + origin : last
    },
    update(state, actual, weight) {
      state.origin ??= actual
      const { recent, products, targets } = state
      const y = actual - state.origin
      if (recent.length === lags && weight > 0)
        for (let i = 0; i < size; i += 1) {
          targets[i] += weight * at(recent, i) * y
          for (let j = 0; j <= i; j += 1) products[i * size + j] += weight * at(recent, i) * at(recent, j)
        }
      recent.unshift(y)
      if (recent.length > lags) recent.pop()
    },
  }
}
