import { optionsOf } from '../options/optionsOf.js'
import { type ConfusionConfig, confusionDefaults, ofConfusion } from './confusion.js'
import type { Metric } from './metric.js'

/**
 * Balanced accuracy: the mean over classes of their recall, the share of rows of a class that were found. It does not
 * depend on how frequent the classes are; by chance it is 1 / k.
 *
 * @throws RangeError for a number of classes that is not a whole number
 * @example rolling(balancedAccuracy(), 1000)
 * @see K. H. Brodersen et al. (2010), The balanced accuracy and its posterior distribution, ICPR
 */
export function balancedAccuracy(config?: ConfusionConfig): Metric {
  const { classes } = optionsOf('balancedAccuracy', config, confusionDefaults)
  return ofConfusion('balanced accuracy', classes, ({ hits, actual }) => {
    const recalls = actual.flatMap((rows, c) => (rows > 0 ? hits[c] / rows : []))
    return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length
  })
}
