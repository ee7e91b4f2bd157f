import type { Metric, Observation } from './metric.js'
import { weightedMean } from './weightedMean.js'

/**
 * The share of rows whose most probable class is the true one: Σ w[y = ŷ] / Σ w.
 * A prediction without a class (-1) is wrong, and so is any prediction for a class that the model had not seen yet.
 *
 * @example fading(accuracy(), 0.999)
 * @see A. P. Dawid (1984), Statistical theory: the prequential approach, JRSS A 147(2)
 */
export function accuracy(): Metric {
  return weightedMean({ name: 'accuracy', better: 'higher', task: 'classification', of: hit })
}

function hit({ actual, predicted }: Observation): number {
  return predicted === actual && actual >= 0 ? 1 : 0
}
