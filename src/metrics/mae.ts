import { absoluteError } from './absoluteError.js'
import type { Metric } from './metric.js'
import { weightedMean } from './weightedMean.js'

/**
 * Mean absolute error, in the unit of the target: Σ w|y − ŷ| / Σ w.
 *
 * @example cumulative(mae())
 * @see C. J. Willmott, K. Matsuura (2005), Climate Research 30
 */
export function mae(): Metric {
  return weightedMean({ name: 'MAE', better: 'lower', task: 'regression', of: absoluteError })
}
