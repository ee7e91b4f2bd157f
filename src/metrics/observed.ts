import { isCategory } from '../features/field.js'
import type { Interval, IntervalColumns } from '../intervals/intervalOf.js'
import { byLevel } from '../intervals/levels.js'
import type { Learned, LearnedRows, Model } from '../model.js'
import type { Prediction, Predictions } from '../records.js'
import type { AnyValue } from '../values.js'
import type { Observation } from './metric.js'

export type AnyLearned<R, V extends AnyValue = AnyValue> = Learned<R, V> | LearnedRows<R, V>
/** Returns what a metric reads about row i: always the same object, which holds it until the next call. */
export type Observe<R> = (learned: AnyLearned<R>, i: number) => Observation

/** Writes what a metric reads about row i. */
type Read<R> = (learned: AnyLearned<R>, i: number, into: Mutable) => void
interface Mutable {
  actual: number
  predicted: number
  probabilities: readonly number[] | undefined
  quantiles: Observation['quantiles']
  committed: number | undefined
  targets: Observation['targets']
  readonly weight: number
}

/**
 * Reads one target's truth and stored prediction. Every row counts the same, whatever its weight in learning. A
 * prediction that was made before the model had learned any row reads as missing (NaN): nothing could be predicted yet,
 * so neither the model nor a baseline is scored on that row, from which the baselines learn.
 *
 * @param learnedSince returns the step of the first row that was learned
 * @param all whether to read all targets as well
 */
export const observing = <R>(
  model: Model<R>,
  name: string,
  learnedSince: () => number = model.stages.learnedSince,
  all = false,
): Observe<R> => {
  const names = Object.keys(model.target)
  const field = model.target[name]
  const read = field && isCategory(field) ? readName(model) : readNumber<R>(name, names.indexOf(name), names.length)
  const row: Mutable = {
    actual: 0,
    predicted: 0,
    probabilities: undefined,
    quantiles: undefined,
    committed: undefined,
    targets: undefined,
    weight: 1,
  }
  return (learned, i) => {
    read(learned, i, row)
    if (all) row.targets = targetsOf(learned, i, names)
    const { predictions } = learned
    const step = predictions?.kind === 'predictions' ? predictions.steps[i] : predictions?.step
    if (step !== undefined && step < learnedSince()) row.predicted = Number.NaN
    return row as Observation
  }
}

const readNumber =
  <R>(name: string, place: number, targets: number): Read<R> =>
  (learned, i, into) => {
    const { actual, predictions } = learned
    const at = i * targets + place
    into.actual = actual[at]
    into.quantiles = targets === 1 ? quantilesOf(learned, i) : undefined
    into.predicted =
      predictions?.kind === 'predictions'
        ? predictions.values[at]
        : ((predictions?.values?.[name] ?? predictions?.value ?? Number.NaN) as number)
  }

/** Returns all targets of row i, and what was predicted of them. */
const targetsOf = <R>(
  { actual, predictions }: AnyLearned<R>,
  i: number,
  names: readonly string[],
): Observation['targets'] => {
  const from = i * names.length
  const part = (column: ArrayLike<number>): number[] => names.map((_, k) => column[from + k])
  const predicted =
    predictions?.kind === 'predictions'
      ? part(predictions.values)
      : names.map((name) => Number(predictions?.values?.[name] ?? predictions?.value))
  return { actual: part(actual), predicted }
}

/** Returns the quantiles of row i: those of its prediction, or else those that `intervals` has added. */
const quantilesOf = <R>(learned: AnyLearned<R>, i: number): Observation['quantiles'] => {
  const { predictions, losses } = learned
  if (predictions?.kind === 'prediction' && predictions.quantiles) return predictions.quantiles
  if (predictions?.kind === 'predictions' && predictions.quantiles) {
    const { quantiles, levels = [] } = predictions
    return byLevel(levels, (k) => quantiles[i * levels.length + k])
  }
  const { interval } = learned as { readonly interval?: Interval | IntervalColumns }
  if (interval?.quantiles === undefined || typeof losses === 'number')
    return interval?.quantiles as Interval['quantiles']
  const columns = interval.quantiles as Readonly<Record<number, Float64Array>>
  return Object.fromEntries(Object.entries(columns).map(([level, column]) => [level, column[i]]))
}

const readName = <R>(model: Model<R>): Read<R> => {
  const own: number[] = []
  const readColumns = ({ values, probabilities, labels = [] }: Predictions, i: number): number => {
    const all = probabilities as Float64Array
    const width = all.length / values.length
    // `labels` were known at the first of these rows; a later name has a probability from the row on at which it is
    // known.
    let known = width
    while (known > labels.length && all[i * width + known - 1] === 0) known--
    if (own.length !== known) own.length = known
    for (let j = 0; j < known; j++) own[j] = all[i * width + j]
    return values[i]
  }
  const readOne = ({ probabilities = {} }: Prediction<R>): number => {
    // Names are only appended, so the present list begins with the earlier one.
    own.length = 0
    let predicted = -1
    for (const label of model.labels) {
      const p = probabilities[`${label}`]
      if (p === undefined) break
      if (predicted < 0 || p > own[predicted]) predicted = own.length
      own.push(p)
    }
    return predicted
  }
  return ({ actual, predictions }, i, into) => {
    const truth = actual[i]
    into.actual = truth
    into.committed = undefined
    into.probabilities = own
    if (!predictions) {
      into.predicted = Number.NaN
      into.probabilities = undefined
      return
    }
    into.predicted = predictions.kind === 'predictions' ? readColumns(predictions, i) : readOne(predictions)
    if (!(truth >= own.length)) return
    // A class that had no column when its row was predicted is scored as unknown (−1), because the model could not
    // predict it. The baselines learn it by the column that it has got since.
    into.actual = -1
    into.committed = truth
  }
}
