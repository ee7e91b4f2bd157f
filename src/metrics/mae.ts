import { absoluteError, boundedError } from './absoluteError.js'
import type { Metric } from './metric.js'
import type { Observations } from './observations.js'
import { weightedMean } from './weightedMean.js'

/**
 * Mean absolute error, in the unit of the target: Σ w|y − ŷ| / Σ w.
 *
 * @example cumulative(mae())
 * @see C. J. Willmott, K. Matsuura (2005), Climate Research 30
 */
export function mae(): Metric {
  const metric = weightedMean({ name: 'MAE', better: 'lower', task: 'regression', of: absoluteError })
  return { ...metric, measureRows }
}

function measureRows({ count, actual, predicted, weight }: Observations, into: number[]): void {
  for (let i = 0; i < count; i += 1) {
    into[2 * i] = boundedError(actual[i], predicted[i])
    into[2 * i + 1] = weight[i]
  }
}
