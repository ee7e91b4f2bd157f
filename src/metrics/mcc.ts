import { optionsOf } from '../options/optionsOf.js'
import { type ConfusionConfig, confusionDefaults, ofConfusion } from './confusion.js'
import type { Metric } from './metric.js'

/**
 * Matthews' correlation coefficient, for any number of classes: with c rows right of s, and tₖ true and pₖ predicted
 * rows of class k,
 *
 *     (c·s − Σ tₖpₖ) / √((s² − Σ pₖ²)(s² − Σ tₖ²))
 *
 * 1 is perfect, and 0 is no better than chance, or one class for all rows.
 *
 * @throws RangeError for a number of classes that is not a whole number
 * @example cumulative(mcc())
 * @see B. W. Matthews (1975), Biochimica et Biophysica Acta 405(2); J. Gorodkin (2004), Computational Biology and
 * Chemistry 28
 */
export function mcc(config?: ConfusionConfig): Metric {
  const { classes } = optionsOf('mcc', config, confusionDefaults)
  return ofConfusion('MCC', classes, ({ hits, actual, predicted, total }) => {
    const sum = (of: (c: number) => number): number => actual.reduce((all, _, c) => all + of(c), 0)
    // Shares do not overflow, however large the weights are.
    const [t, p] = [(c: number) => actual[c] / total, (c: number) => predicted[c] / total]
    const together = sum((c) => hits[c] / total) - sum((c) => t(c) * p(c))
    const spread = (1 - sum((c) => p(c) * p(c))) * (1 - sum((c) => t(c) * t(c)))
    return spread > 0 ? together / Math.sqrt(spread) : 0
  })
}
