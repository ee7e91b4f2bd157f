import { map, type OperatorFunction } from 'rxjs'
import type { Prediction, Predictor } from '../src/types.js'

/**
 * Predicts each row by the newest θ; reads only. Takes a model, or a replica of one that learns elsewhere.
 *
 *     row       a b c
 *     predict   A B C     each with the step of the θ that made it
 *
 * @throws RangeError (as a notification) for a row that cannot be read
 * @example
 * row$.pipe(predict(model)).subscribe(({ value, step }) => console.log(value, step))
 */
export const predict = <R>(predictor: Predictor<R>): OperatorFunction<R, Prediction<R>> =>
  map((row) => predictor.predict(row))
