import { optionsOf } from '../options/optionsOf.js'
import { type ConfusionConfig, confusionDefaults, ofConfusion } from './confusion.js'
import type { Metric } from './metric.js'

/**
 * Cohen's kappa: (p_o − p_e) / (1 − p_e), where p_o is the accuracy and p_e = Σ tₖpₖ the one that predictions of the
 * same frequencies have by chance. NaN while all rows are of one class and predicted as such.
 *
 * @throws RangeError for a number of classes that is not a whole number
 * @example cumulative(kappa())
 * @see J. Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20(1)
 */
export function kappa(config?: ConfusionConfig): Metric {
  const { classes } = optionsOf('kappa', config, confusionDefaults)
  return ofConfusion('kappa', classes, ({ hits, actual, predicted, total }) => {
    const observed = hits.reduce((sum, weight) => sum + weight, 0) / total
    const chance = actual.reduce((sum, weight, c) => sum + (weight / total) * (predicted[c] / total), 0)
    return chance < 1 ? (observed - chance) / (1 - chance) : Number.NaN
  })
}
