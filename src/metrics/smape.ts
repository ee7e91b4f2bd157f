import { boundedError } from './absoluteError.js'
import type { Metric, Observation } from './metric.js'
import type { Observations } from './observations.js'
import { weightedMean } from './weightedMean.js'

/**
 * Symmetric mean absolute percentage error, as a share from 0 to 2: Σ w·2|y − ŷ| / (|y| + |ŷ|) / Σ w; a row on which
 * both are 0 counts 0.
 *
 * @example cumulative(smape())
 * @see S. Makridakis (1993), Accuracy measures: theoretical and practical concerns, International Journal of
 * Forecasting 9(4)
 */
export function smape(): Metric {
  const metric = weightedMean({ name: 'sMAPE', better: 'lower', task: 'regression', of: share })
  return { ...metric, measureRows }
}

function share({ actual, predicted }: Observation): number {
  return shareOf(actual, predicted)
}

function shareOf(actual: number, predicted: number): number {
  const size = Math.abs(actual) + Math.abs(predicted)
  return size > 0 ? Math.min(2, (2 * boundedError(actual, predicted)) / size) : 0
}

function measureRows({ count, actual, predicted, weight }: Observations, into: number[]): void {
  for (let i = 0; i < count; i += 1) {
    into[2 * i] = shareOf(actual[i], predicted[i])
    into[2 * i + 1] = weight[i]
  }
}
