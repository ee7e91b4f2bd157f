import { filter, map, type OperatorFunction, pipe } from 'rxjs'
import { RejectedRowError } from '../src/errors.js'
import type { Model } from '../src/model.js'
import type { Prediction, Predictor } from '../src/records.js'

/**
 * Predicts each row by the newest θ; reads only. Takes a model, or a replica of one that learns elsewhere.
 *
 *     row       a b c
 *     predict   A B C     each with the step of the θ that made it
 *
 * A row that cannot be read goes to the model's events (`fromModel`) and is left out.
 *
 * @throws RejectedRowError (as a notification) for a row that a replica cannot read: it has no events to tell it to
 * @example
 * row$.pipe(predict(model)).subscribe(({ value, step }) => console.log(value, step))
 */
export const predict = <R>(predictor: Predictor<R> | Model<R>): OperatorFunction<R, Prediction<R>> =>
  pipe(
    map((row: R) => {
      try {
        return predictor.predict(row)
      } catch (error) {
        if (!(error instanceof RejectedRowError && 'stages' in predictor)) throw error
        predictor.stages.reject({ kind: 'rejection', reason: error.reason, field: error.field, row })
        return undefined
      }
    }),
    filter((prediction) => prediction !== undefined),
  )
