import { optionsOf } from '../options/optionsOf.js'
import type { Metric } from './metric.js'
import { byScore, checkBins } from './scoreBins.js'

export interface RocAucConfig {
  /** The number of bins of the score. Default: 512. */
  readonly bins?: number
}

/**
 * Area under the ROC curve: P(score of a row of class 1 > score of any other row) + ½P(equal), by the trapezoid rule.
 * The score is the probability of class 1; with more than two classes it is class 1 against the rest.
 *
 * The exact area needs every score ever seen. This metric keeps the weights by bin instead, so that a pair within one
 * bin counts ½; its error is at most half the share of (positive, other) pairs that share a bin. Measured with 512
 * bins, it is at most 0.001 for one positive in 2 to one in 1,000, and 0.004 for one in 20,000 (bins of equal width:
 * 0.1 and more). To achieve this, the bins are equal in p^¼ / (p^¼ + (1 − p)^¼): 0.008 wide at p = ½, and narrow near 0
 * and 1, where the scores of rare classes lie. The value is NaN until both kinds of row have been seen.
 *
 * @throws RangeError if `bins` is not a whole number ≥ 2
 * @example cumulative(rocAuc({ bins: 1024 }))
 * @see J. A. Hanley, B. J. McNeil (1982), Radiology 143(1); T. Fawcett (2006), Pattern Recognition Letters 27(8)
 */
export function rocAuc(config?: RocAucConfig): Metric {
  const { bins } = optionsOf('rocAuc', config, { bins: 512 })
  checkBins('rocAuc', bins, 512)
  return byScore('ROC AUC', bins, (sums) => {
    let others = 0
    let positives = 0
    let area = 0 // pairs in the right order, and half of those in one bin
    for (let i = 0; i < sums.length; i += 2) {
      area += sums[i + 1] * (others + sums[i] / 2)
      others += sums[i]
      positives += sums[i + 1]
    }
    return others > 0 && positives > 0 ? area / (others * positives) : Number.NaN
  })
}
