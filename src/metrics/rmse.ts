import { absoluteError, boundedError } from './absoluteError.js'
import type { Metric, Observation } from './metric.js'
import type { Observations } from './observations.js'
import { weightedMean } from './weightedMean.js'

/**
 * Root mean squared error, in the unit of the target: √(Σ w(y − ŷ)² / Σ w). A large error weighs more than many small
 * ones.
 *
 * @example cumulative(rmse())
 * @see T. Hastie, R. Tibshirani, J. Friedman (2009), The Elements of Statistical Learning, §2.4
 */
export function rmse(): Metric {
  const config = { name: 'RMSE', better: 'lower', task: 'regression', of: squaredError, value: Math.sqrt } as const
  return { ...weightedMean(config), measureRows }
}

function squaredError(observation: Observation): number {
  const error = absoluteError(observation)
  return error * error
}

function measureRows({ count, actual, predicted, weight }: Observations, into: number[]): void {
  for (let i = 0; i < count; i += 1) {
    const error = boundedError(actual[i], predicted[i])
    into[2 * i] = error * error
    into[2 * i + 1] = weight[i]
  }
}
