import type { Members } from '../compile/planOf.js'
import type { PublishedPredictor } from '../model/buildPredictor.js'
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
export type PredictorOf = <R = Row>(bytes: Uint8Array, members?: Members) => SavedPredictor<R>

type Create = <R>(description: Description, members: Members) => PublishedPredictor<R>

/** Makes `predictorOf` of what creates predictors, with the kernels or without them in the bundle. */
export const predictorBy =
  (createPredictor: Create): PredictorOf =>
  <R = Row>(bytes: Uint8Array, members: Members = {}) => {
    const { description, snapshot } = decodeModel(bytes)
    if (description === undefined || 'kind' in snapshot)
      throw new SavedModelError(
        'it holds models by key, which do not predict by themselves; give the learnByKey that goes on from it',
        'predictorOf',
      )
    const predictor = built(
      () => createPredictor<R>(description, members),
      (one) => one.apply(snapshot as Snapshot),
    )
    return {
      description,
      get step() {
        return predictor.step
      },
      predict: predictor.predict,
    }
  }

/** Builds the predictor; what is wrong with a description that no model has is said as such. */
const built = <P>(create: () => P, apply: (predictor: P) => void): P => {
  try {
    const predictor = create()
    apply(predictor)
    return predictor
  } catch (error) {
    const { message } = error as Error
    // A member that is missing, or a publication that does not fit, is told by name.
    if (/^\w+: /.test(message)) throw error
    throw new SavedModelError(`its description does not hold together: ${message}`, 'predictorOf')
  }
}
