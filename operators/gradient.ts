import { map, type OperatorFunction } from 'rxjs'
import type { Engine } from '../src/engine.js'
import { bringLongForm } from '../src/model/longForm.js'
import type { Gradient, Model } from '../src/model.js'
import type { Batch } from '../src/records.js'
import type { Given } from '../src/values.js'
import { checkRecord } from './checkRecord.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import type { Reads, RowIn } from './reads.js'

/**
 * Does `forward`, `loss` and `backward` in one call at one θ: g = (1/b) Σ wᵢ ∇lᵢ(θ). Nothing can come between them.
 *
 *     batch      A B
 *     gradient   g h
 *
 * @param engine computes the batch's shards, such as `workers(4)`, from subscription until completion, error or
 * unsubscribe; everything stays synchronous, and no bit depends on it. Default: this thread.
 * @throws ReentrantStepError when it is called from within a step
 * @example
 * row$.pipe(encode(model), batch(32), gradient(model), update(model)).subscribe()
 */
export function gradient<R, I = Batch<R>>(
  model: Model<R>,
  engine?: Engine,
): OperatorFunction<
  Reads<I, Batch<R> | Batch<Given<R>>, 'gradient(model) reads batches: batch(n) belongs in front of it.'>,
  Gradient<RowIn<I>>
>
export function gradient<R>(model: Model<R>, engine?: Engine): OperatorFunction<Batch<R>, Gradient<R>> {
  checkGiven('gradient: the model', model, 'learn')
  if (engine !== undefined) checkGiven('gradient: the engine', engine, 'open', 'workers')
  bringLongForm()
  if (engine)
    return (source) =>
      hold(
        () => engine.open(model.stages.task),
        (crew) =>
          source.pipe(
            map((batch) => {
              checkRecord('gradient', batch, 'batch')
              return model.stages.gradient(batch, crew)
            }),
          ),
      )
  return map((batch) => {
    checkRecord('gradient', batch, 'batch')
    const { forward, loss, backward } = model.stages
    return backward(loss(forward(batch)))
  })
}
