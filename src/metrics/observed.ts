import { isCategory } from '../features/field.js'
import type { Learned, LearnedRows, Model } from '../model.js'
import type { Prediction, Predictions } from '../records.js'
import type { AnyValue } from '../values.js'
import type { Observation } from './metric.js'

export type AnyLearned<R, V extends AnyValue = AnyValue> = Learned<R, V> | LearnedRows<R, V>
/** Returns what a metric reads about row i. Its probabilities are valid until the next call. */
export type Observe<R> = (learned: AnyLearned<R>, i: number) => Observation

/**
 * Reads one target's truth and stored prediction. Every row counts the same, whatever its weight in learning. A
 * prediction that was made before the model had learned any row reads as missing (NaN): nothing could be predicted yet,
 * so neither the model nor a baseline is scored on that row, from which the baselines learn.
 */
export const observing = <R>(model: Model<R>, name: string): Observe<R> => {
  const observe = observePossible(model, name)
  const { learnedSince } = model.stages
  return (learned, i) => {
    const { predictions } = learned
    const observation = observe(learned, i)
    const step = predictions?.kind === 'predictions' ? predictions.steps[i] : predictions?.step
    return step !== undefined && step < learnedSince() ? { ...observation, predicted: Number.NaN } : observation
  }
}

const observePossible = <R>(model: Model<R>, name: string): Observe<R> => {
  const names = Object.keys(model.target)
  const place = names.indexOf(name)
  const field = model.target[name]
  return field && isCategory(field)
    ? observeName(model)
    : ({ actual, predictions }, i) => {
        const at = i * names.length + place
        const predicted =
          predictions?.kind === 'predictions'
            ? predictions.values[at]
            : ((predictions?.values?.[name] ?? predictions?.value ?? Number.NaN) as number)
        return { actual: actual[at], predicted, weight: 1 }
      }
}

/**
 * A class that had no column when its row was predicted is scored as unknown (−1), because the model could not predict
 * it. The baselines learn it by the column that it has got since.
 */
const observed = (actual: number, predicted: number, probabilities: readonly number[]): Observation =>
  actual < probabilities.length
    ? { actual, predicted, probabilities, weight: 1 }
    : { actual: -1, committed: actual, predicted, probabilities, weight: 1 }

const observeName = <R>(model: Model<R>): Observe<R> => {
  const own: number[] = []
  const inColumns = ({ values, probabilities, labels = [] }: Predictions, actual: number, i: number): Observation => {
    const all = probabilities as Float64Array
    const width = all.length / values.length
    const predicted = values[i]
    // `labels` were known at the first of these rows; a later name has a probability from the row on at which it is
    // known.
    let known = width
    while (known > labels.length && all[i * width + known - 1] === 0) known--
    if (own.length !== known) own.length = known
    for (let j = 0; j < known; j++) own[j] = all[i * width + j]
    return observed(actual, predicted, own)
  }
  const ofOne = ({ probabilities = {} }: Prediction<R>, actual: number): Observation => {
    // Names are only appended, so the present list begins with the earlier one.
    own.length = 0
    let predicted = -1
    for (const label of model.labels) {
      const p = probabilities[`${label}`]
      if (p === undefined) break
      if (predicted < 0 || p > own[predicted]) predicted = own.length
      own.push(p)
    }
    return observed(actual, predicted, own)
  }
  return ({ actual, predictions }, i) => {
    const truth = actual[i]
    if (predictions?.kind === 'predictions') return inColumns(predictions, truth, i)
    return predictions ? ofOne(predictions, truth) : { actual: truth, predicted: Number.NaN, weight: 1 }
  }
}
