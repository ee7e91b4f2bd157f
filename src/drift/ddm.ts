import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import type { DriftDetector } from './detector.js'

export interface DdmConfig {
  /** The number of deviations above the least error at which it warns. Default: 2. */
  readonly warning?: number
  /** The number of deviations at which there is a drift. Default: 3. */
  readonly drift?: number
  /** The number of rows before the first test. Default: 30. */
  readonly wait?: number
}

export interface DdmState {
  count: number
  /** The share of misses. */
  share: number
  /** p and s where p + s was least; null before the first test. */
  least: { readonly share: number; readonly deviation: number } | null
}

/**
 * The drift detection method, for classes: with p the share of misses so far and s = √(p(1 − p)/n), it keeps p and s of
 * the least p + s; it warns where p + s > p_min + 2 s_min, and there is a drift where p + s > p_min + 3 s_min.
 *
 * (The paper has ≥, by which a stream without any miss would drift at once.)
 *
 * @throws RangeError for settings out of their range
 * @example
 * const warm = createModel({ features: { humidity: numeric() }, target: { room: category() }, layers: [dense(2)] })
 * row$.pipe(learn(warm), detectDrift(warm, detectors.ddm())).subscribe()
 * @see J. Gama, P. Medas, G. Castillo, P. Rodrigues (2004), Learning with Drift Detection, SBIA
 */
export const ddm = (config?: DdmConfig): DriftDetector<DdmState> => {
  const { warning, drift, wait } = optionsOf('ddm', config, { warning: 2, drift: 3, wait: 30 })
  if (!(warning > 0 && warning <= drift && drift < Infinity))
    throw new RangeError(
      `ddm: warning is ${warning} and drift ${drift}; expected numbers above 0, the second at least the first.`,
    )
  checkWhole('ddm: wait is', wait)
  const init = (): DdmState => ({ count: 0, share: 0, least: null })
  return {
    name: 'ddm',
    reads: 'miss',
    init,
    update(state, value) {
      state.count += 1
      state.share += (value - state.share) / state.count
      if (state.count <= wait) return 'none'
      const { share } = state
      const deviation = Math.sqrt(Math.max(0, share * (1 - share)) / state.count)
      if (!state.least || share + deviation <= state.least.share + state.least.deviation)
        state.least = { share, deviation }
      const beyond = (by: number): boolean =>
        state.least !== null && share + deviation > state.least.share + by * state.least.deviation
      if (beyond(drift)) {
        Object.assign(state, init())
        return 'drift'
      }
      return beyond(warning) ? 'warning' : 'none'
    },
  }
}
