import { log64 } from '../program/elementary/index.js'
import type { Metric, Observation } from './metric.js'
import type { Observations } from './observations.js'
import { weightedMean } from './weightedMean.js'

// This is the clamp of River, and of scikit-learn up to 1.2: a wrong prediction made with certainty costs 34.5.
const leastProbability = 1e-15

/**
 * Log loss (cross-entropy), in nats: −Σ w·ln p(y) / Σ w, with p(y) the probability given to the true class.
 *
 * p is at least 10⁻¹⁵. A class for which the prediction had no column costs as if it had an equal share with the k
 * known ones: p = 1 / max(2, k + 1). Without probabilities, the predicted class counts as certain.
 *
 * @example cumulative(logLoss())
 * @see I. J. Good (1952), Rational Decisions, JRSS B 14(1)
 */
export function logLoss(): Metric {
  const metric = weightedMean({ name: 'log loss', better: 'lower', task: 'classification', of: cost })
  return { ...metric, measureRows }
}

function cost({ actual, predicted, probabilities }: Observation): number {
  if (probabilities === undefined) return costOf(actual, predicted, -1, 0)
  return costOf(actual, predicted, probabilities.length, probabilities[actual])
}

function measureRows({ count, actual, predicted, weight, share, known }: Observations, into: number[]): void {
  for (let i = 0; i < count; i += 1) {
    into[2 * i] = costOf(actual[i], predicted[i], known[i], share[i])
    into[2 * i + 1] = weight[i]
  }
}

/** @param known the number of classes that had a probability; −1 where only the class was predicted */
function costOf(actual: number, predicted: number, known: number, p: number): number {
  if (known < 0 && predicted >= 0) return predicted === actual ? 0 : -log64(leastProbability)
  if (actual < 0 || actual >= known) return log64(Math.max(2, known + 1))
  // It is written so that NaN costs the most, and a probability that rounding raised above 1 gives no negative loss.
  return p > leastProbability ? -log64(Math.min(p, 1)) : -log64(leastProbability)
}
