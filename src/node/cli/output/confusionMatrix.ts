import type { Observation } from '../../../metrics/metric.js'

/** How often each class was predicted for the rows of each class. */
export interface ConfusionMatrix {
  observe(observation: Observation): void
  /** Returns the counts by true class and predicted class, for the first `classes` classes. */
  counts(classes: number): readonly (readonly number[])[]
}

/**
 * Opens a matrix that grows with its classes. Rows that were predicted before any class was known are left out.
 *
 * @param rows the counts so far, by true class and predicted class, to which others are added
 */
export const openConfusionMatrix = (rows: number[][] = []): ConfusionMatrix => ({
  observe: ({ actual, committed = actual, predicted }) => {
    if (!(committed >= 0 && predicted >= 0)) return
    while (rows.length <= committed) rows.push([])
    const row = rows[committed]
    while (row.length <= predicted) row.push(0)
    row[predicted] += 1
  },
  counts: (classes) =>
    Array.from({ length: classes }, (_, i) => Array.from({ length: classes }, (_, j) => rows[i]?.[j] ?? 0)),
})

/** The rows of a class that were predicted as that class, as a share of all rows of that class; NaN if it has none. */
export const recallOf = (counts: readonly number[], place: number): number =>
  counts[place] / counts.reduce((sum, count) => sum + count, 0)
