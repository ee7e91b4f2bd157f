import { type Labels, labelsOf } from './labels.js'
import type { Metric } from './metric.js'
import { weightedMean } from './weightedMean.js'

/** A metric that is a mean over rows of a number that a row's labels give. Rows without labels do not count. */
export function labelMean(name: string, better: Metric['better'], of: (labels: Labels) => number): Metric {
  const metric = weightedMean({ name, better, task: 'regression', of: () => 0 })
  return {
    ...metric,
    readsTargets: true,
    measure(observation, row) {
      const labels = labelsOf(observation)
      row[0] = labels.count > 0 ? of(labels) : 0
      row[1] = labels.count > 0 ? observation.weight : 0
    },
  }
}

/** Returns how many labels of a row are predicted wrongly. */
export function wrongIn({ count, holds, isPredicted }: Labels): number {
  let wrong = 0
  for (let k = 0; k < count; k += 1) if (holds(k) !== isPredicted(k)) wrong += 1
  return wrong
}
