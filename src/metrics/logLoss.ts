import { log64 } from '../program/elementary/index.js'
import type { Metric, Observation } from './metric.js'
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
  return weightedMean({ name: 'log loss', better: 'lower', task: 'classification', of: cost })
}

function cost({ actual, predicted, probabilities }: Observation): number {
  if (probabilities === undefined && predicted >= 0) return predicted === actual ? 0 : -log64(leastProbability)
  const known = probabilities === undefined ? 0 : probabilities.length
  if (actual < 0 || actual >= known) return log64(Math.max(2, known + 1))
  const p = probabilities![actual]
  // It is written so that NaN costs the most, and a probability that rounding raised above 1 gives no negative loss.
  return p > leastProbability ? -log64(Math.min(p, 1)) : -log64(leastProbability)
}
