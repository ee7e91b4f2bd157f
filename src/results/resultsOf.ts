import { isCategory } from '../features/field.js'
import type { Interval, IntervalColumns } from '../intervals/intervalOf.js'
import { byLevel } from '../intervals/levels.js'
import type { Learned, LearnedRows, Model } from '../model.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Prediction, Predictions } from '../records.js'
import type { AnyValue, Row, Value } from '../values.js'
import type { ByTarget, Result } from './result.js'

export interface ResultsConfig {
  /** The columns of each row that stand beside its prediction, such as its time or its key. Default: none. */
  readonly keep?: readonly string[]
}

/** A record that has predictions: of `predict`, of what learns, or of an operator behind either. */
export type WithPredictions =
  | Prediction<unknown, AnyValue>
  | Omit<Learned<unknown, AnyValue>, 'model'>
  | Omit<LearnedRows<unknown, AnyValue>, 'model'>
  | { readonly kind: 'evaluation'; readonly learned: object }

/**
 * Returns the results in a record, one for each of its rows that was predicted: of `predict`, `learn`, `learnByKey`,
 * `bag`, `compete`, `joinLabels` and `forecast`, and behind `evaluate` and `intervals`, for a row, an array or a chunk.
 *
 * A row whose label comes later gives two: when it is predicted, without `actual`, and when its label comes. The rows of
 * a chunk are numbers, and have no columns to keep.
 *
 * @throws TypeError for what is no such record, and for a `keep` that is no list of names
 * @example
 * const results = resultsOf(model.learn({ at: '09:00', temperature: 21, power: 310 }), { keep: ['at'] })
 * console.log(results)   // [{ at: '09:00', step: 0, prediction: 0, actual: 310, error: 310 }]
 */
export const resultsOf = (record: WithPredictions, config: ResultsConfig = {}): readonly Result[] => {
  const { keep } = optionsOf('resultsOf', config, { keep: [] })
  checkKeep('resultsOf: keep', keep)
  if (!hasPredictions(record))
    throw new TypeError(`resultsOf: the record is ${shown(record)}; expected one of predict(model) or learn(model).`)
  return resultsIn(record, keep)
}

export const checkKeep = (what: string, keep: unknown): void => {
  if (!Array.isArray(keep) || keep.some((name) => typeof name !== 'string'))
    throw new TypeError(`${what} is ${shown(keep)}; expected names of columns, such as ['time'].`)
}

/** Tells whether it is a record, rather than a row that has a column `kind`. */
export const hasPredictions = (element: unknown): element is WithPredictions => {
  const { kind, step, learned, losses } = Object(element) as Partial<Record<string, unknown>>
  if (typeof step !== 'number') return false
  if (kind === 'evaluation') return hasPredictions(learned)
  return kind === 'prediction' || (kind === 'learned' && losses !== undefined)
}

/** Returns the results in a record that has been checked. */
export const resultsIn = (record: WithPredictions, keep: readonly string[]): readonly Result[] => {
  if (record.kind === 'evaluation') return resultsIn(record.learned as WithPredictions, keep)
  if (record.kind === 'prediction')
    return [resultOf(record, keptOf(record.row, keep, {}), (record as Bounded).interval)]
  const { predictions, key, forecast } = record as WithKey
  const learned = record as AnyLearned
  const start = key === undefined ? {} : { key }
  const results: Result[] = []
  if (predictions?.kind === 'predictions') results.push(...rowsOf(learned as LearnedRows, keep, start))
  else if (predictions !== undefined) {
    const result = resultOf(predictions, keptOf(predictions.row, keep, start), learned.interval as Interval | undefined)
    results.push(scored(result, learned, 0, predictions.row))
  }
  if (forecast !== undefined) results.push(resultOf(forecast, keptOf(forecast.row, keep, start), forecast.interval))
  return results
}

type AnyLearned = (Learned<unknown> | LearnedRows<unknown>) & { readonly interval?: Interval | IntervalColumns }
type Bounded = Prediction<unknown> & { readonly interval?: Interval }
type WithKey = AnyLearned & { readonly key?: Value; readonly forecast?: Bounded }
type Writable = Record<string, unknown> & { step: number; prediction: Result['prediction'] }

const keptOf = (row: unknown, keep: readonly string[], start: object): Record<string, unknown> => {
  const kept: Record<string, unknown> = { ...start }
  for (const name of keep) kept[name] = (row as Row | undefined)?.[name]
  return kept
}

const resultOf = (
  { step, value, values, probabilities, quantiles }: Prediction<unknown>,
  kept: Record<string, unknown>,
  interval: Interval | undefined,
): Writable => {
  const result: Writable = Object.assign(kept, { step, prediction: values ?? value })
  return addParts(result, interval, quantiles ?? interval?.quantiles, probabilities)
}

const addParts = (
  result: Writable,
  bounds: { readonly lower: number; readonly upper: number } | undefined,
  quantiles: Result['quantiles'],
  probabilities: Result['probabilities'],
): Writable => {
  if (bounds !== undefined) {
    result.lower = bounds.lower
    result.upper = bounds.upper
  }
  if (quantiles !== undefined) result.quantiles = quantiles
  if (probabilities !== undefined) result.probabilities = probabilities
  return result
}

/** Reads the results of rows whose predictions are columns; a row that was rejected has none. */
function* rowsOf(learned: LearnedRows & AnyLearned, keep: readonly string[], start: object): Generator<Result> {
  const { model, rows, unlearned } = learned
  const predictions = learned.predictions as Predictions
  const { size, steps, values, probabilities, labels, quantiles, levels = [] } = predictions
  const interval = learned.interval as IntervalColumns | undefined
  const rejected = new Set(unlearned?.flatMap(({ kind, index }) => (kind === 'rejected' ? [index] : [])))
  const names = Object.keys(model.target)
  const width = probabilities === undefined ? 0 : probabilities.length / size
  for (let i = 0; i < size; i++) {
    if (rejected.has(i)) continue
    const row = rows[i]
    let prediction: Result['prediction']
    let shares: Record<string, number> | undefined
    if (probabilities === undefined || labels === undefined)
      prediction =
        names.length === 1
          ? values[i]
          : Object.fromEntries(names.map((name, k) => [name, values[i * names.length + k]]))
    else {
      prediction = nameAt(model, values[i])
      // `labels` were known at the first of these rows; a later name has a probability in the rows after it alone.
      let known = Math.min(width, model.labels.length)
      while (known > labels.length && probabilities[i * width + known - 1] === 0) known--
      shares = {}
      for (let k = 0; k < known; k++) shares[`${nameAt(model, k)}`] = probabilities[i * width + k]
    }
    const result: Writable = Object.assign(keptOf(row, keep, start), { step: steps[i], prediction })
    const all = interval?.quantiles
    const own = quantiles && byLevel(levels, (k) => quantiles[i * levels.length + k])
    const given = all && Object.fromEntries(Object.entries(all).map(([level, column]) => [level, column[i]]))
    addParts(result, interval && { lower: interval.lower[i], upper: interval.upper[i] }, own ?? given, shares)
    yield scored(result, learned, i, row)
  }
}

const nameAt = ({ labels }: Model, column: number): Value | undefined => labels[column] as Value | undefined

/** Adds the truth of row i, and how far the prediction was off. */
const scored = (result: Writable, { model, actual }: AnyLearned, i: number, row: unknown): Result => {
  const names = Object.keys(model.target)
  const truthOf = (k: number): Value | undefined => {
    const truth = actual[i * names.length + k]
    if (truth === undefined || Number.isNaN(truth)) return undefined
    if (!isCategory(model.target[names[k]!]!)) return truth
    // A name that is to be learned with the window has no column until then.
    return nameAt(model as Model, truth) ?? ((row as Row | undefined)?.[names[k]!] as Value | undefined)
  }
  const errorOf = (name: string, truth: Value | undefined, predicted: unknown): number | undefined => {
    if (truth === undefined || predicted === undefined) return undefined
    if (isCategory(model.target[name]!)) return Number(`${truth}` !== `${predicted}`)
    return (truth as number) - (predicted as number)
  }
  if (names.length === 1) {
    result.actual = truthOf(0)
    result.error = errorOf(names[0]!, result.actual as Value | undefined, result.prediction)
    return result
  }
  const predicted = Object(result.prediction) as Record<string, Value | undefined>
  const [truths, errors]: Record<string, unknown>[] = [{}, {}]
  names.forEach((name, k) => {
    const truth = truthOf(k)
    truths![name] = truth
    errors![name] = errorOf(name, truth, predicted[name])
  })
  result.actual = truths as ByTarget<Value>
  result.error = errors as ByTarget<number>
  return result
}
