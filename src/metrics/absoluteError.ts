import type { Observation } from './metric.js'

// Numbers beyond 10¹⁵⁰ are no values of a field (the model rejects them). The same limit on an error keeps its
// square and the sums finite: an infinite sum would never heal, and JSON cannot hold it.
const limit = 1e150

/** |y − ŷ|, at most 10¹⁵⁰. */
export function absoluteError({ actual, predicted }: Observation): number {
  return Math.min(Math.abs(actual - predicted), limit)
}
