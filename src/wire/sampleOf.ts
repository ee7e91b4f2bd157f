import type { Evaluation } from '../metrics/evaluation.js'
import type { Learned, LearnedRows, Update } from '../model.js'
import type { Value } from '../values.js'
import type { Sample } from './messages.js'

/** A record of rows that were learned, with their predictions. */
export type Told<R> = Learned<R> | LearnedRows<R> | Update<R> | Evaluation<R>

/** Returns the latest row of a record as its model sees it, with its prediction; undefined if there is none. */
export const sampleOf = <R>(record: Told<R>): Sample | undefined => {
  if (record.kind === 'evaluation') return sampleOf(record.learned)
  return record.kind === 'update' ? ofUpdate(record) : ofLearned(record)
}

const ofLearned = <R>({ model, rows, predictions, losses }: Learned<R> | LearnedRows<R>): Sample | undefined => {
  if (rows.length === 0 || predictions === undefined) return undefined
  const row = rows[rows.length - 1]
  const example = model.stages.encode(row)
  if (example.kind === 'rejection') return undefined
  const last = rows.length - 1
  if (predictions.kind === 'prediction')
    return sample(predictions.step, example.x, example.y, row, predictions.value, losses as number)
  const value = predictions.values[last * (predictions.values.length / rows.length)]
  const predicted = predictions.labels ? model.labels[value] : value
  return sample(predictions.steps[last], example.x, example.y, row, predicted, (losses as Float64Array)[last])
}

const ofUpdate = <R>({ model, gradient }: Update<R>): Sample | undefined => {
  const from = gradient?.loss
  const example = from?.forward.batch.examples.at(-1)
  if (!from || !example) return undefined
  const { predictions, batch } = from.forward
  const last = batch.size - 1
  const value = predictions.values[last * (predictions.values.length / batch.size)]
  const predicted = predictions.labels ? model.labels[value] : value
  return sample(from.step, example.x, example.y, example.row, predicted, from.values[last])
}

const sample = (
  step: number,
  x: Float64Array,
  y: Float64Array | undefined,
  row: unknown,
  predicted: Value | undefined,
  loss: number | undefined,
): Sample => ({
  type: 'sample',
  step,
  x: [...x],
  row: plain(row as object),
  ...(y !== undefined && { y: [...y] }),
  ...(predicted !== undefined && { predicted }),
  ...(Number.isFinite(loss) && { loss: loss as number }),
})

const plain = (row: object): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(row).filter((entry): entry is [string, Value] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  )
