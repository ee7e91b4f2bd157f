import { filter, map, type OperatorFunction, pipe } from 'rxjs'
import { RejectedRowError } from '../src/errors.js'
import type { Model } from '../src/model.js'
import type { Prediction, Predictor } from '../src/records.js'
import type { AnyValue } from '../src/values.js'
import { checkGiven } from './given.js'
import type { RowsFor } from './reads.js'

/**
 * Predicts each row by the newest θ of a model, or of a replica of a model that learns elsewhere; it only reads.
 *
 *     row       a b c
 *     predict   A B C     each with the step of the θ that made it
 *
 * A row that a model cannot read is reported as an event (`fromModel`) and left out.
 *
 * @throws RejectedRowError (as a notification) for a row that a replica cannot read, because a replica has no events
 * @example
 * row$.pipe(predict(model)).subscribe(({ value, step }) => console.log(value, step))
 */
export function predict<R, I = R, V extends AnyValue = AnyValue>(
  predictor: Predictor<R, V> | Model<R, V>,
): OperatorFunction<RowsFor<R, I, 'predict(model)'>, Prediction<I, V>>
export function predict<R>(predictor: Predictor<R> | Model<R>): OperatorFunction<R, Prediction<R>> {
  checkGiven('predict: the model', predictor, 'predict', 'createModel or await replica(url)')
  return pipe(
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
}
