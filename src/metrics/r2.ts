import { absoluteError, boundedError } from './absoluteError.js'
import type { Metric } from './metric.js'

// These are the indices of the sums, and of the numbers of a measured row.
const [weightSum, mean, total, residual] = [0, 1, 2, 3]
const [y, error, weight] = [0, 1, 2]

/**
 * Coefficient of determination: R² = 1 − Σ w(y − ŷ)² / Σ w(y − ȳ)², where ȳ is the mean of the same rows.
 * 1 is perfect, 0 equals the mean in hindsight, and below 0 is worse than that mean. NaN while all targets are equal.
 *
 * Σ w(y − ȳ)² is computed by West's weighted form of Welford's recursion, because Σ wy² − (Σ wy)²/Σ w loses all digits
 * if the mean is large compared to the deviation (mean 10⁹ and deviation 1, for instance).
 *
 * @example rolling(r2(), 1000)
 * @see D. H. D. West (1979), Communications of the ACM 22(9); S. Wright (1921), Journal of Agricultural Research 20
 */
export function r2(): Metric {
  return {
    name: 'R²',
    better: 'higher',
    task: 'regression',
    size: 4,
    width: 3,
    measure(observation, row) {
      row[y] = observation.actual
      row[error] = absoluteError(observation)
      row[weight] = observation.weight
    },
    measureRows(rows, into) {
      for (let i = 0; i < rows.count; i += 1) {
        into[3 * i + y] = rows.actual[i]
        into[3 * i + error] = boundedError(rows.actual[i], rows.predicted[i])
        into[3 * i + weight] = rows.weight[i]
      }
    },
    add(sums, rows, at, scale) {
      const w = rows[at + weight] * scale
      sums[residual] += w * rows[at + error] * rows[at + error]
      sums[weightSum] += w
      if (sums[weightSum] === 0) {
        // No weight is left (or all weights are 0), and the mean would be 0 / 0.
        sums[mean] = 0
        sums[total] = 0
        return
      }
      const before = rows[at + y] - sums[mean]
      sums[mean] += (w / sums[weightSum]) * before
      sums[total] += w * before * (rows[at + y] - sums[mean])
    },
    addRows(sums, rows, from, to, scales) {
      let weights = sums[weightSum]
      let average = sums[mean]
      let squares = sums[total]
      let residuals = sums[residual]
      for (let i = from; i < to; i += 1) {
        const w = rows[3 * i + weight] * scales[i]
        residuals += w * rows[3 * i + error] * rows[3 * i + error]
        weights += w
        if (weights === 0) {
          average = 0
          squares = 0
          continue
        }
        const before = rows[3 * i + y] - average
        average += (w / weights) * before
        squares += w * before * (rows[3 * i + y] - average)
      }
      sums[weightSum] = weights
      sums[mean] = average
      sums[total] = squares
      sums[residual] = residuals
    },
    // The means of both parts are that of the whole, and each part's squares are about its own mean.
    merge(sums, others) {
      const [weight, more] = [sums[weightSum], others[weightSum]]
      const whole = weight + more
      if (whole === 0) return
      const apart = others[mean] - sums[mean]
      sums[weightSum] = whole
      sums[mean] += (more / whole) * apart
      sums[total] += others[total] + ((weight * more) / whole) * apart * apart
      sums[residual] += others[residual]
    },
    fade(sums, factor) {
      // The mean is not scaled, because it does not depend on the unit of the weights.
      sums[weightSum] *= factor
      sums[total] *= factor
      sums[residual] *= factor
    },
    value(sums) {
      return sums[total] > 0 ? 1 - sums[residual] / sums[total] : Number.NaN
    },
  }
}
