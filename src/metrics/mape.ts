import { absoluteError, boundedError } from './absoluteError.js'
import type { Metric, Observation } from './metric.js'
import type { Observations } from './observations.js'
import { weightedMean } from './weightedMean.js'

/** What |y| counts as at least: the distance from 1 to the next number, as in scikit-learn. */
const LEAST = 2.220446049250313e-16

/**
 * Mean absolute percentage error, as a share: Σ w|y − ŷ| / |y| / Σ w. It punishes what is predicted too high more than
 * what is too low, and a target of 0 spoils it: use `smape` or `mae` there.
 *
 * @example cumulative(mape())
 * @see R. J. Hyndman, A. B. Koehler (2006), Another look at measures of forecast accuracy, International Journal of
 * Forecasting 22(4)
 */
export function mape(): Metric {
  const metric = weightedMean({ name: 'MAPE', better: 'lower', task: 'regression', of: share })
  return { ...metric, measureRows }
}

function share(observation: Observation): number {
  return shareOf(absoluteError(observation), observation.actual)
}

function shareOf(error: number, actual: number): number {
  return error / Math.max(Math.abs(actual), LEAST)
}

function measureRows({ count, actual, predicted, weight }: Observations, into: number[]): void {
  for (let i = 0; i < count; i += 1) {
    into[2 * i] = shareOf(boundedError(actual[i], predicted[i]), actual[i])
    into[2 * i + 1] = weight[i]
  }
}
