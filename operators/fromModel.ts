import { fromEventPattern, type Observable } from 'rxjs'
import type { ModelEvent } from '../src/records.js'
import { checkGiven } from './given.js'

/**
 * Emits what happens to a model besides learning: rejected rows, misspelt names, refused steps, rollbacks, drift and
 * changes from outside.
 *
 *     rejection---drift-----rejection---   never completes
 *
 * An event is delivered after the step that raised it. The stream is hot, so a late subscriber misses earlier events;
 * `model.counters` has their totals.
 *
 * @example
 * fromModel(model).subscribe((event) => { if (event.kind === 'rejection') console.warn(event.reason) })
 */
export function fromModel<E extends { readonly kind: string } = ModelEvent>(model: {
  listen(listener: (event: E) => void): () => void
}): Observable<E> {
  checkGiven('fromModel: the model', model, 'listen')
  return fromEventPattern<E>(
    (listener) => model.listen(listener),
    (_, stop: () => void) => stop(),
  )
}
