import type { Learned, LearnedRows } from '../model.js'
import type { AdaptiveIntervals, IntervalState } from './adaptive.js'
import { boundsAt } from './given.js'
import { coverageOf, type Interval, type IntervalColumns, quantilesAt } from './intervalOf.js'
import { byLevel } from './levels.js'

/** A record of rows that were learned. */
type AnyLearned<R> = Learned<R> | LearnedRows<R>
/** Reads the truth and the prediction of row i; the prediction is NaN where nothing could be predicted yet. */
type Observe<R> = (learned: AnyLearned<R>, i: number) => { readonly actual: number; readonly predicted: number }

/**
 * Follows the errors of a model, record by record: returns the intervals in which the numbers of a record were expected,
 * and then learns from them.
 *
 * @param kept where the model keeps the state, which a restore replaces
 */
export const followIntervals = <R>(
  kept: { readonly value: IntervalState },
  adaptive: AdaptiveIntervals,
  observe: Observe<R>,
  targets: number,
): ((learned: AnyLearned<R>) => Interval | IntervalColumns) => {
  /** The errors of rows that no step has learned yet, with the steps that predicted them and that learn them. */
  let open: { readonly error: number; readonly predicted: number; readonly learned: number }[] = []
  let state = kept.value
  const bounds = { below: 0, above: 0 }
  /** Learns the errors of the rows that were learned by a step. */
  const close = (step: number): void => {
    for (const { error, predicted, learned } of open)
      if (learned <= step) adaptive.update(state, error, predicted, learned)
    open = open.filter(({ learned }) => learned > step)
  }
  /** Returns the quantiles of a row and writes its bounds; remembers its error until it is learned. */
  const read = (row: AnyLearned<R>, i: number): Interval['quantiles'] => {
    const { predictions, step, update } = row
    const isOne = predictions?.kind !== 'predictions'
    const at = isOne ? (predictions?.step ?? step) : predictions.steps[i]
    close(at)
    const { actual, predicted } = observe(row, i)
    boundsAt(state.given, at, state.window, bounds)
    const quantiles = quantilesAt(state, at, predicted)
    bounds.below += predicted
    bounds.above += predicted
    const error = actual - predicted
    // A label may come many steps after the prediction.
    const learned = isOne ? (update ? step : step + 1) : at + 1
    if (Number.isFinite(error)) open.push({ error, predicted: at, learned })
    return quantiles
  }
  return (learned) => {
    // A snapshot has been restored, and its rows are read again.
    if (state !== kept.value) open = []
    state = kept.value
    const { levels } = state.quantiles ?? {}
    const size = learned.actual.length / targets
    const [lower, upper] = [new Float64Array(size), new Float64Array(size)]
    const columns = levels?.map(() => new Float64Array(size))
    let own: Interval['quantiles']
    for (let i = 0; i < size; i++) {
      own = read(learned, i)
      lower[i] = bounds.below
      upper[i] = bounds.above
      columns?.forEach((column, k) => {
        column[i] = own![levels![k]]
      })
    }
    close(learned.step)
    if (typeof learned.losses !== 'number')
      return {
        ...{ lower, upper },
        ...coverageOf(state),
        ...(columns && { quantiles: byLevel(levels!, (k) => columns[k]) }),
      }
    // A record without a prediction, as at the end of a window, has no interval either.
    const quantiles = own ?? quantilesAt(state, learned.step, Number.NaN)
    const ends = { lower: lower[0] ?? Number.NaN, upper: upper[0] ?? Number.NaN }
    return { ...ends, ...coverageOf(state), ...(quantiles && { quantiles }) }
  }
}
