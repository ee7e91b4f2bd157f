import { fromEventPattern, type Observable } from 'rxjs'
import type { Model } from '../src/model.js'
import type { ModelEvent } from '../src/records.js'

/**
 * What happens to a model beside learning: rejected rows, refused steps, rollbacks, drift, changes from outside.
 *
 *     rejection---drift-----rejection---   never completes
 *
 * Delivered after the step that raised it. Hot: who comes late has missed what was; `model.counters` has the sums.
 *
 * @example
 * fromModel(model).subscribe((event) => { if (event.kind === 'rejection') console.warn(event.reason) })
 */
export function fromModel(model: Pick<Model, 'listen'>): Observable<ModelEvent> {
  return fromEventPattern<ModelEvent>(
    (listener) => model.listen(listener),
    (_, stop: () => void) => stop(),
  )
}
