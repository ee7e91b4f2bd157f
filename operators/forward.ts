import { map, type OperatorFunction } from 'rxjs'
import { bringLongForm } from '../src/model/longForm.js'
import type { Forward, Model } from '../src/model.js'
import type { Batch } from '../src/records.js'
import type { Given } from '../src/values.js'
import { checkRecord } from './checkRecord.js'
import { checkGiven } from './given.js'
import type { Reads, RowIn } from './reads.js'

/**
 * Runs the circuit on each example of a batch, at the current θ: o = f_θ(x).
 *
 *     batch     A B
 *     forward   F G     with copies of all that backward needs except θ
 *
 * @throws ReentrantStepError when it is called from within a step
 * @example
 * batch$.pipe(forward(model), loss(), backward(), update(model)).subscribe()
 */
export function forward<R, I = Batch<R>>(
  model: Model<R>,
): OperatorFunction<
  Reads<I, Batch<R> | Batch<Given<R>>, 'forward(model) reads batches: batch(n) belongs in front of it.'>,
  Forward<RowIn<I>>
>
export function forward<R>(model: Model<R>): OperatorFunction<Batch<R>, Forward<R>> {
  checkGiven('forward: the model', model, 'learn')
  bringLongForm()
  return map((batch) => {
    checkRecord('forward', batch, 'batch')
    return model.stages.forward(batch)
  })
}
