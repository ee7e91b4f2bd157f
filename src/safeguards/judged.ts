import type { Learned, Model, Update, Writer } from '../model.js'
import type { Example, Prediction } from '../records.js'

/** A row that can be learned, with its loss before it is. */
export interface Judged<R> {
  readonly example: Example<R>
  readonly loss: number
  /** The step at which its loss was taken. */
  readonly step: number
  /** Learns it with a weight, as one step; the cursor passes unless the row is an earlier one. */
  learn(factor: number, earlier?: boolean): Update<R>
}

/** Reads a row and takes its loss, without a step; undefined for a row that is to be refused or has no label. */
export const judge = <R>(model: Model<R>, writer: Writer<R>, row: R): Judged<R> | undefined => {
  const { stages } = model
  const example = stages.encode(row)
  if (example.kind === 'rejection' || !example.y) return undefined
  const lossOf = (given: Example<R>) => stages.loss(stages.forward(stages.batch([given])))
  const first = lossOf(example)
  return {
    example,
    loss: first.values[0],
    step: first.step,
    learn(factor, earlier = false) {
      const { cursor, ...rest } = example
      const weighted: Example<R> = {
        ...rest,
        weight: example.weight * factor,
        ...(!earlier && cursor !== undefined && { cursor }),
      }
      const { gradient, ...update } = stages.update(
        stages.backward(factor === 1 && !earlier ? first : lossOf(weighted)),
        writer,
      )
      return update
    },
  }
}

/** The record of a row that was judged and then learned. */
export const learnedJudged = <R>(
  model: Model<R>,
  row: R,
  { example, loss }: Judged<R>,
  prediction: Prediction<R>,
  update: Update<R>,
): Learned<R> => {
  const actual = (example.y as Float64Array).slice()
  const named = example.unseen.find(({ field }) => field === Object.keys(model.features).length)
  // A class that was new has got its column with this step.
  if (actual[0] === -1 && named) actual[0] = (model.labels as readonly unknown[]).indexOf(named.value)
  return {
    kind: 'learned',
    step: model.step,
    model,
    rows: [row],
    actual,
    predictions: prediction,
    losses: loss,
    update,
  }
}
