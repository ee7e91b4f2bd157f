import { labelMean, wrongIn } from './labelMean.js'
import type { Metric } from './metric.js'

/**
 * The share of rows of which every label is predicted rightly (exact match): Σ w[y = ŷ] / Σ w, where y and ŷ are sets of
 * labels. It reads labels as `hammingLoss` does, of which it is the strict counterpart: one wrong label spoils a row.
 *
 * @example cumulative(subsetAccuracy())
 * @see M.-L. Zhang, Z.-H. Zhou (2014), A Review on Multi-Label Learning Algorithms, IEEE TKDE 26(8)
 */
export function subsetAccuracy(): Metric {
  return { ...labelMean('subset accuracy', 'higher', (labels) => (wrongIn(labels) === 0 ? 1 : 0)), isShare: true }
}
