import { optionsOf } from '../options/optionsOf.js'
import type { Metric } from './metric.js'
import { checkBins } from './scoreBins.js'

export interface CalibrationErrorConfig {
  /** The number of bins of the confidence, of equal width. Default: 15. */
  readonly bins?: number
}

/**
 * Expected calibration error: Σ_b (n_b/n) |accuracy of b − mean confidence of b| over bins b of the confidence, the
 * probability of the predicted class. 0 means that of the rows predicted with 80 %, 80 % are right.
 *
 * A prediction without probabilities counts as certain, and one without a class as of confidence 0.
 *
 * @throws RangeError if `bins` is not a whole number ≥ 2
 * @example rolling(calibrationError(), 5000)
 * @see M. P. Naeini, G. Cooper, M. Hauskrecht (2015), Obtaining Well Calibrated Probabilities Using Bayesian Binning,
 * AAAI; C. Guo et al. (2017), On Calibration of Modern Neural Networks, ICML
 */
export function calibrationError(config?: CalibrationErrorConfig): Metric {
  const { bins } = optionsOf('calibrationError', config, { bins: 15 })
  checkBins('calibrationError', bins, 15)
  return {
    name: 'ECE',
    better: 'lower',
    task: 'classification',
    // For each bin the weight of its rows, then Σ w·([right] − confidence).
    size: 2 * bins,
    width: 3, // where in the sums, the weight, and the weighted difference
    measure({ actual, predicted, probabilities, weight }, row) {
      const given = predicted >= 0 ? (probabilities === undefined ? 1 : probabilities[predicted]) : 0
      const confidence = given >= 0 ? Math.min(given, 1) : 0
      const right = predicted === actual && actual >= 0 ? 1 : 0
      row[0] = 2 * Math.min(Math.floor(bins * confidence), bins - 1)
      row[1] = weight
      row[2] = weight * (right - confidence)
    },
    add(sums, rows, at, scale) {
      sums[rows[at]] += rows[at + 1] * scale
      sums[rows[at] + 1] += rows[at + 2] * scale
    },
    fade(sums, factor) {
      for (let i = 0; i < sums.length; i += 1) sums[i] *= factor
    },
    value(sums) {
      let total = 0
      let error = 0
      for (let i = 0; i < sums.length; i += 2) {
        total += sums[i]
        error += Math.abs(sums[i + 1])
      }
      return total > 0 ? error / total : Number.NaN
    },
  }
}
