import { checkWhole } from '../options/checkWhole.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { labelsOf } from './labels.js'
import type { Metric } from './metric.js'

export interface LabelF1Config {
  /** The score of all labels of all rows together, or the mean of the scores of the labels. Default: 'micro'. */
  readonly average?: 'micro' | 'macro'
  /** The largest number of labels of a row. Default: 16. */
  readonly labels?: number
}

/**
 * F1 where any number of labels may hold at once: 2·tp / (2·tp + fp + fn), with the counts of all labels together
 * (`micro`), in which frequent labels weigh more, or as the mean over the labels (`macro`), in which they weigh the same.
 * A label that never held, and was never predicted to, is left out of the mean. It reads labels as `hammingLoss` does.
 *
 * @throws RangeError for settings out of their range, and for a row of more labels than there may be
 * @example cumulative(labelF1({ average: 'macro' }))
 * @see Y. Yang (1999), An Evaluation of Statistical Approaches to Text Categorization, Information Retrieval 1
 */
export function labelF1(config?: LabelF1Config): Metric {
  const { average, labels: most } = optionsOf('labelF1', config, { average: 'micro', labels: 16 })
  oneOf('labelF1', 'average', average, ['micro', 'macro'])
  checkWhole('labelF1: labels is', most)
  return {
    name: `${average} F1 of labels`,
    better: 'higher',
    task: 'regression',
    readsTargets: true,
    // For each label, the weights of true positives, false positives and false negatives.
    size: 3 * most,
    // For each label, which of the three it is, or 3 for none; and the weight.
    width: most + 1,
    measure(observation, row) {
      const labels = labelsOf(observation)
      if (labels.count > most)
        throw new RangeError(
          `labelF1: a row has ${labels.count} labels; expected at most ${most}, or labelF1({ labels: ${labels.count} }).`,
        )
      for (let k = 0; k < most; k += 1) {
        const [holds, isPredicted] = k < labels.count ? [labels.holds(k), labels.isPredicted(k)] : [false, false]
        row[k] = holds ? (isPredicted ? 0 : 2) : isPredicted ? 1 : 3
      }
      row[most] = labels.count > 0 ? observation.weight : 0
    },
    add(sums, rows, at, scale) {
      const weight = rows[at + most] * scale
      for (let k = 0; k < most; k += 1) if (rows[at + k] < 3) sums[3 * k + rows[at + k]] += weight
    },
    fade(sums, factor) {
      for (let i = 0; i < sums.length; i += 1) sums[i] *= factor
    },
    value(sums) {
      if (average === 'micro') return scoreOf(sums)
      const scores = Array.from({ length: most }, (_, k) => scoreOf(sums.slice(3 * k, 3 * k + 3)))
      const known = scores.filter((score) => !Number.isNaN(score))
      return known.reduce((sum, score) => sum + score, 0) / known.length
    },
  }
}

/** Returns the score of labels whose three weights stand one behind another; NaN if none held or was predicted to. */
function scoreOf(sums: readonly number[]): number {
  const totals = [0, 0, 0]
  sums.forEach((weight, i) => {
    totals[i % 3] += weight
  })
  const [hits, others] = [2 * totals[0], totals[1] + totals[2]]
  return hits + others > 0 ? hits / (hits + others) : Number.NaN
}
