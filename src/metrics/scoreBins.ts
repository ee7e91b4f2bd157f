import type { Metric, Observation } from './metric.js'

/**
 * The part that curves over all thresholds have in common: the weights of other and of positive rows by bin of the
 * score, which is the probability of class 1. The bins are equal in p^¼ / (p^¼ + (1 − p)^¼): narrow near 0 and 1.
 */
export function byScore(name: string, bins: number, value: (sums: readonly number[]) => number): Metric {
  return {
    name,
    better: 'higher',
    task: 'classification',
    size: 2 * bins, // per bin the weight of the other rows, then of the positive ones
    width: 2, // where in the sums, and the weight
    measure(observation, row) {
      const positive = (observation.committed ?? observation.actual) === 1 ? 1 : 0
      const p = scoreOf(observation)
      const low = Math.sqrt(Math.sqrt(p))
      const high = Math.sqrt(Math.sqrt(1 - p))
      const bin = Math.floor((bins * low) / (low + high))
      row[0] = 2 * Math.min(bin, bins - 1) + positive
      row[1] = observation.weight
    },
    add(sums, rows, at, scale) {
      sums[rows[at]] += rows[at + 1] * scale
    },
    fade(sums, factor) {
      for (let i = 0; i < sums.length; i += 1) sums[i] *= factor
    },
    value,
  }
}

/** Checks a number of bins. */
export function checkBins(by: string, bins: number, usual: number): void {
  if (!Number.isInteger(bins) || bins < 2)
    throw new RangeError(`${by}: bins is ${bins}; expected a whole number of at least 2. Leave it out for ${usual}.`)
}

// A prediction without a probability of class 1 (no class yet, a class without a column, NaN) gets the score ½.
function scoreOf({ predicted, probabilities }: Observation): number {
  const score = probabilities === undefined ? predicted : probabilities[1]
  return score >= 0 && score <= 1 ? score : 0.5
}
