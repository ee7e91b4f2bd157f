import type { Members } from '../compile/planOf.js'
import { createPredictor } from '../model/createPredictor.js'
import type { Description, Predictor, Snapshot } from '../records.js'
import type { Row } from '../values.js'
import { decodeModel, SavedModelError } from './savedModel.js'

/** A saved model that predicts, and does not learn. */
export interface SavedPredictor<R = Row> extends Predictor<R> {
  readonly description: Description
}

/**
 * Builds the predicting half of a saved model from its bytes alone; its predictions equal those of the model, bit for bit.
 *
 * @param members the model's custom field kinds and losses; those of this library need not be given
 * @throws SavedModelError if the bytes are no whole model, or hold models by key
 * @example
 * const power = predictorOf(encodeModel(model))
 * power.predict(row).value
 */
export const predictorOf = <R = Row>(bytes: Uint8Array, members: Members = {}): SavedPredictor<R> => {
  const { description, snapshot } = decodeModel(bytes)
  if (description === undefined || 'kind' in snapshot)
    throw new SavedModelError(
      'it holds models by key, which do not predict by themselves; give the learnByKey that goes on from it',
      'predictorOf',
    )
  const predictor = createPredictor<R>(description, members)
  predictor.apply(snapshot as Snapshot)
  return {
    description,
    get step() {
      return predictor.step
    },
    predict: predictor.predict,
  }
}
