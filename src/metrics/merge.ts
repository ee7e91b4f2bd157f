import type { Metric } from './metric.js'

/** Adds the sums over other rows, which follow these, to the sums of a metric. */
export function merge(metric: Metric, sums: number[], others: readonly number[]): void {
  if (metric.merge) metric.merge(sums, others)
  else for (let i = 0; i < sums.length; i += 1) sums[i] += others[i]
}
