import type { Metric } from './metric.js'

/** Adds rows one after another, as fast as the metric can. */
export function addRows(
  metric: Metric,
  sums: number[],
  rows: readonly number[],
  from: number,
  to: number,
  scales: readonly number[],
): void {
  if (metric.addRows) metric.addRows(sums, rows, from, to, scales)
  else for (let i = from; i < to; i += 1) metric.add(sums, rows, i * metric.width, scales[i])
}
