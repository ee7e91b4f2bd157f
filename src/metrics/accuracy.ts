import type { Metric, Observation } from './metric.js'
import type { Observations } from './observations.js'
import { weightedMean } from './weightedMean.js'

/**
 * The share of rows whose most probable class is the true one: Σ w[y = ŷ] / Σ w.
 * A prediction without a class (-1) is wrong, and so is any prediction for a class that the model had not seen yet.
 *
 * @example fading(accuracy(), 0.999)
 * @see A. P. Dawid (1984), Statistical theory: the prequential approach, JRSS A 147(2)
 */
export function accuracy(): Metric {
  const metric = weightedMean({ name: 'accuracy', better: 'higher', task: 'classification', of: hit })
  return { ...metric, measureRows, isShare: true }
}

function hit({ actual, predicted }: Observation): number {
  return predicted === actual && actual >= 0 ? 1 : 0
}

function measureRows({ count, actual, predicted, weight }: Observations, into: number[]): void {
  for (let i = 0; i < count; i += 1) {
    into[2 * i] = predicted[i] === actual[i] && actual[i] >= 0 ? 1 : 0
    into[2 * i + 1] = weight[i]
  }
}
