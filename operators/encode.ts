import { defer, type OperatorFunction } from 'rxjs'
import type { Model } from '../src/model.js'
import type { Example, Rejection } from '../src/records.js'
import { inTurn } from './inTurn.js'

/**
 * A row's names and values as numbers; reads the model and changes nothing.
 *
 *     row      a b c
 *     encode   A R C     R: b is rejected
 *
 * A row that cannot be read comes out as its Rejection, which `batch` counts; the model's events have it too. A name
 * that the model has not met stays a name until the step that learns it. A row that is pushed from downstream waits
 * until the one before has left the chain.
 *
 * @example
 * row$.pipe(encode(model), batch(32), gradient(model), update(model)).subscribe()
 */
export const encode =
  <R>(model: Model<R>): OperatorFunction<R, Example<R> | Rejection> =>
  (source) =>
    defer(() => {
      // what fields remember of earlier rows is carried on from here
      const memories = model.stages.memories()
      return source.pipe(
        inTurn((row: R) => {
          const encoded = model.stages.encode(row, memories)
          if (encoded.kind === 'rejection') model.stages.reject(encoded)
          return encoded
        }),
      )
    })
