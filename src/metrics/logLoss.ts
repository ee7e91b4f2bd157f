import { log64 } from '../program/elementary/index.js'
import type { Metric, Observation } from './metric.js'
import { weightedMean } from './weightedMean.js'

// The clamp of scikit-learn 1.2 and earlier and of River: a sure mistake costs 34.5, not infinity.
const leastProbability = 1e-15

/**
 * Log loss (cross-entropy), in nats: −Σ w·ln p(y) / Σ w, with p(y) the probability given to the true class.
 *
 * p is at least 10⁻¹⁵. A class that the prediction had no column for costs as if it had shared the mass evenly with the
 * k known ones: p = 1 / max(2, k + 1). Without probabilities the predicted class counts as sure.
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
  // Written so that NaN costs the most, and a probability that rounding took above 1 does not earn.
  return p > leastProbability ? -log64(Math.min(p, 1)) : -log64(leastProbability)
}
