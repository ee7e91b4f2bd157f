import { optionsOf } from '../options/optionsOf.js'
import type { Metric } from './metric.js'
import { byScore, checkBins } from './scoreBins.js'

export interface PrAucConfig {
  /** The number of bins of the score. Default: 512. */
  readonly bins?: number
}

/**
 * Area under the precision-recall curve as average precision: Σ (Rₙ − Rₙ₋₁)·Pₙ over falling thresholds, with the recall
 * Rₙ and the precision Pₙ of the rows at or above the n-th. The score is the probability of class 1, against the rest.
 * By chance it is the share of class 1, so it says more than ROC AUC where class 1 is rare.
 *
 * Scores are kept by bin, as in `rocAuc`; those of one bin count as equal. NaN until a row of class 1 has been seen.
 *
 * @throws RangeError if `bins` is not a whole number ≥ 2
 * @example cumulative(prAuc())
 * @see J. Davis, M. Goadrich (2006), The relationship between Precision-Recall and ROC curves, ICML
 */
export function prAuc(config?: PrAucConfig): Metric {
  const { bins } = optionsOf('prAuc', config, { bins: 512 })
  checkBins('prAuc', bins, 512)
  return byScore('PR AUC', bins, (sums) => {
    let all = 0
    let positives = 0
    let area = 0
    for (let i = sums.length - 2; i >= 0; i -= 2) {
      const found = sums[i + 1]
      positives += found
      all += found + sums[i]
      if (found > 0) area += found * (positives / all)
    }
    return positives > 0 ? area / positives : Number.NaN
  })
}
