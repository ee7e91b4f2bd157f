import { defer, type OperatorFunction } from 'rxjs'
import { bringLongForm } from '../src/model/longForm.js'
import type { Model } from '../src/model.js'
import type { Example, Rejection } from '../src/records.js'
import { checkGiven } from './given.js'
import { inTurn } from './inTurn.js'
import type { RowsFor } from './reads.js'

/**
 * Turns a row's names and values into numbers; it reads the model and changes nothing.
 *
 *     row      a b c
 *     encode   A R C     R: b is rejected
 *
 * A row that cannot be read comes out as its Rejection, which `batch` counts and the model reports as an event. A name
 * that the model has not met stays a name until a step learns it. A row that is pushed from downstream waits until the
 * row before it has left the chain.
 *
 * @example
 * row$.pipe(encode(model), batch(32), gradient(model), update(model)).subscribe()
 */
export function encode<R, I = R>(
  model: Model<R>,
): OperatorFunction<RowsFor<R, I, 'encode(model)'>, Example<I> | Rejection>
export function encode<R>(model: Model<R>): OperatorFunction<R, Example<R> | Rejection> {
  checkGiven('encode: the model', model, 'learn')
  bringLongForm()
  return (source) =>
    defer(() => {
      // From here on, each subscription carries on what the fields remember of earlier rows.
      const memories = model.stages.memories()
      return source.pipe(
        inTurn((row: R) => {
          const encoded = model.stages.encode(row, memories)
          if (encoded.kind === 'rejection') model.stages.reject(encoded)
          return encoded
        }),
      )
    })
}
