import type { Observation } from './metric.js'

// A number beyond 10¹⁵⁰ is not a valid value of a field (the model rejects it). The same limit on an error keeps its
// square and the sums finite: an infinite sum would never recover, and JSON cannot represent it.
const limit = 1e150

/** |y − ŷ|, at most 10¹⁵⁰. */
export function absoluteError({ actual, predicted }: Observation): number {
  return boundedError(actual, predicted)
}

/** |y − ŷ|, at most 10¹⁵⁰. */
export function boundedError(actual: number, predicted: number): number {
  return Math.min(Math.abs(actual - predicted), limit)
}
