import type { Learned, Model, Update } from '../../model.js'
import type { Unlearned } from '../../records.js'
import type { AnyValue } from '../../values.js'

/** Builds the record of what `learn` did with one element. It is a literal, because a spread takes as long as a row. */
export const learnedOf = <R, P, L>(
  model: Model<R>,
  step: number,
  rows: readonly R[],
  actual: Float64Array,
  predictions: P | undefined,
  losses: L,
  update: Update<R> | undefined,
  unlearned?: readonly Unlearned[],
): Learned<R, AnyValue, P, L> => {
  const learned: Learned<R, AnyValue, P, L> = update
    ? { kind: 'learned', step, model, rows, actual, predictions, losses, update }
    : { kind: 'learned', step, model, rows, actual, predictions, losses }
  return unlearned?.length ? { ...learned, unlearned } : learned
}
