import { metrics } from 'rxgrad'

/** The share of rows whose prediction is no farther than a tolerance from the truth: Σ w[|y − ŷ| ≤ tolerance] / Σ w. */
export const hitRate = (tolerance: number): metrics.Metric =>
  metrics.weightedMean({
    name: `within ${tolerance}`,
    better: 'higher',
    task: 'regression',
    of: ({ actual, predicted }) => (Math.abs(actual - predicted) <= tolerance ? 1 : 0),
  })
