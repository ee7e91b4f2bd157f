import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Metric, Observation } from './metric.js'

export interface WeightedMeanConfig extends Pick<Metric, 'name' | 'better' | 'task'> {
  /** Returns what one row contributes to the mean, which must be finite. */
  readonly of: (observation: Observation) => number
  /** Maps the mean to the value. Default: the mean itself. */
  readonly value?: (mean: number) => number
}

/**
 * The metric Σ wᵢ·of(rowᵢ) / Σ wᵢ: most metrics are such a mean, and so a custom one takes a single call.
 *
 * @example
 * const mape = weightedMean({ name: 'MAPE', better: 'lower', task: 'regression',
 *   of: ({ actual, predicted }) => Math.abs((actual - predicted) / Math.max(1e-9, Math.abs(actual))) })
 */
export function weightedMean(config: WeightedMeanConfig): Metric {
  const required = { name: '', better: 'lower', task: 'regression', of: () => Number.NaN } as const
  const { name, better, task, of, value } = optionsOf('weightedMean', config, { ...required, value: undefined })
  if (typeof name !== 'string') throw new TypeError(`weightedMean: name is ${shown(name)}; expected a text.`)
  if (value !== undefined && typeof value !== 'function')
    throw new TypeError(`weightedMean: value is ${shown(value)}; expected a function of the mean.`)
  oneOf('weightedMean', 'better', better, ['lower', 'higher'])
  oneOf('weightedMean', 'task', task, ['regression', 'classification'])
  const add: Metric['add'] = (sums, rows, at, scale) => {
    const weight = rows[at + 1] * scale
    sums[0] += weight * rows[at]
    sums[1] += weight
  }
  return {
    name,
    better,
    task,
    size: 2,
    width: 2,
    measure(observation, row) {
      row[0] = of(observation)
      row[1] = observation.weight
    },
    add,
    addRows(sums, rows, from, to, scales) {
      let sum = sums[0]
      let total = sums[1]
      for (let i = from; i < to; i += 1) {
        const weight = rows[2 * i + 1] * scales[i]
        sum += weight * rows[2 * i]
        total += weight
      }
      sums[0] = sum
      sums[1] = total
    },
    fade(sums, factor) {
      sums[0] *= factor
      sums[1] *= factor
    },
    value(sums) {
      const mean = sums[0] / sums[1]
      return value === undefined ? mean : value(mean)
    },
  }
}
