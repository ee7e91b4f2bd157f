import { checkWhole } from '../options/checkWhole.js'
import type { Metric, Observation } from './metric.js'
import type { Observations } from './observations.js'

export interface ConfusionConfig {
  /** The largest number of classes that are told apart; later ones count as one, in which nothing is right. Default: 16. */
  readonly classes?: number
}
export const confusionDefaults = { classes: 16 } as const

/** What is read of a confusion matrix: the weights of hits, of true and of predicted rows by class, and of all. */
export interface Confusion {
  readonly hits: readonly number[]
  readonly actual: readonly number[]
  readonly predicted: readonly number[]
  readonly total: number
}

/**
 * A metric of the confusion matrix: the weight of rows by true and by predicted class. One more row and column stand
 * for rows without a class, and for classes beyond those that are told apart.
 *
 * @throws RangeError for a number of classes that is not a whole number
 */
export function ofConfusion(
  name: string,
  classes: number,
  value: (confusion: Confusion) => number,
): Metric & { matrix(sums: readonly number[]): number[][] } {
  checkWhole(`${name}: classes is`, classes)
  const side = classes + 1
  const placeOf = (index: number): number => (index >= 0 && index < classes ? index : classes)
  return {
    name,
    better: 'higher',
    task: 'classification',
    size: side * side,
    width: 2, // where in the sums, and the weight
    measure({ actual, predicted, weight }: Observation, row) {
      row[0] = placeOf(actual) * side + placeOf(predicted)
      row[1] = weight
    },
    measureRows({ count, actual, predicted, weight }: Observations, into) {
      for (let i = 0; i < count; i += 1) {
        into[2 * i] = placeOf(actual[i]) * side + placeOf(predicted[i])
        into[2 * i + 1] = weight[i]
      }
    },
    add(sums, rows, at, scale) {
      sums[rows[at]] += rows[at + 1] * scale
    },
    addRows(sums, rows, from, to, scales) {
      for (let i = from; i < to; i += 1) sums[rows[2 * i]] += rows[2 * i + 1] * scales[i]
    },
    fade(sums, factor) {
      for (let i = 0; i < sums.length; i += 1) sums[i] *= factor
    },
    value(sums) {
      const read = { hits: zeros(side), actual: zeros(side), predicted: zeros(side), total: 0 }
      for (let a = 0; a < side; a += 1)
        for (let p = 0; p < side; p += 1) {
          const weight = sums[a * side + p]
          read.actual[a] += weight
          read.predicted[p] += weight
          read.total += weight
          if (a === p && a < classes) read.hits[a] += weight
        }
      return read.total > 0 ? value(read) : Number.NaN
    },
    matrix: (sums) => Array.from({ length: side }, (_, a) => sums.slice(a * side, (a + 1) * side)),
  }
}

const zeros = (length: number): number[] => new Array(length).fill(0)
