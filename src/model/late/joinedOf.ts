import type { Delayed, LabelCounts } from '../../late.js'
import type { Learned, Model } from '../../model.js'
import type { AnyValue, Row } from '../../values.js'

/** What became of one row, or of one label, and how many wait by then. */
export type Joined<R = Row, V extends AnyValue = AnyValue> = Learned<R, V> & { readonly labels: LabelCounts }

/** What a record says of its row. */
export type Told<R> = Omit<Learned<R>, 'kind' | 'step' | 'model' | 'delayed'>

/** Builds the record, by a literal because a spread takes as long as a row. */
export const joinedOf = <R>(
  model: Model<R>,
  { rows, actual, predictions, losses, update, unlearned }: Told<R>,
  labels: LabelCounts,
  delayed: Delayed | undefined,
): Joined<R> => {
  const record: { -readonly [K in keyof Joined<R>]: Joined<R>[K] } = {
    kind: 'learned',
    step: model.step,
    model,
    rows,
    actual,
    predictions,
    losses,
    labels,
  }
  if (update) record.update = update
  if (unlearned) record.unlearned = unlearned
  if (delayed) record.delayed = delayed
  return record
}
