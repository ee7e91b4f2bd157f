import type { LearnedRows } from '../../model.js'
import type { Core } from '../state/core.js'
import type { Reader } from '../step/predictions.js'
import type { Columns } from './rowNumbers.js'

/** Allocates columns for `count` rows that have not been learned yet. */
export const emptyColumns = ({ targets }: Core, reader: Reader, count: number): Columns => ({
  actual: new Float64Array(count * targets).fill(Number.NaN),
  losses: new Float64Array(count).fill(Number.NaN),
  predictions: reader.columns(count),
})

/** Copies the columns of a single row to row i of `into`. */
export const placeColumns = (
  { actual, losses, predictions: from }: LearnedRows<unknown>,
  into: Columns,
  i: number,
): void => {
  into.actual.set(actual, i * actual.length)
  into.losses.set(losses, i)
  if (!from) return
  into.predictions.steps.set(from.steps, i)
  into.predictions.values.set(from.values, i * from.values.length)
  if (from.quantiles) into.predictions.quantiles?.set(from.quantiles, i * from.quantiles.length)
  if (from.probabilities) into.predictions.probabilities?.set(from.probabilities, i * from.probabilities.length)
}
