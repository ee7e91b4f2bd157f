import type { Metric, Observation } from './metric.js'
import { weightedMean } from './weightedMean.js'

/**
 * Brier score: ½ Σₖ (pₖ − [y = k])², the mean squared error of the probabilities; with two classes it is (p₁ − y)².
 * From 0, certain and right, to 1, certain and wrong. A class without a column had the probability 0. Without
 * probabilities, the predicted class counts as certain.
 *
 * @example rolling(brier(), 1000)
 * @see G. W. Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78(1)
 */
export function brier(): Metric {
  return weightedMean({ name: 'Brier', better: 'lower', task: 'classification', of: cost })
}

function cost({ actual, predicted, probabilities }: Observation): number {
  if (probabilities === undefined) return predicted === actual && actual >= 0 ? 0 : 1
  let sum = 0
  for (let k = 0; k < probabilities.length; k += 1) {
    const error = probabilities[k] - (k === actual ? 1 : 0)
    sum += error * error
  }
  if (!(actual >= 0 && actual < probabilities.length)) sum += 1
  // It is written so that NaN costs the most, as probabilities beyond 0 to 1 do.
  return sum < 2 ? sum / 2 : 1
}
