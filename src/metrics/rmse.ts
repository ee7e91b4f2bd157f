import { absoluteError } from './absoluteError.js'
import type { Metric, Observation } from './metric.js'
import { weightedMean } from './weightedMean.js'

/**
 * Root mean squared error, in the unit of the target: √(Σ w(y − ŷ)² / Σ w). A large error weighs more than many small
 * ones.
 *
 * @example cumulative(rmse())
 * @see T. Hastie, R. Tibshirani, J. Friedman (2009), The Elements of Statistical Learning, §2.4
 */
export function rmse(): Metric {
  return weightedMean({ name: 'RMSE', better: 'lower', task: 'regression', of: squaredError, value: Math.sqrt })
}

function squaredError(observation: Observation): number {
  const error = absoluteError(observation)
  return error * error
}
