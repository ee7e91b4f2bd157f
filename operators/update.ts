import { filter, map, type OperatorFunction } from 'rxjs'
import { bringLongForm } from '../src/model/longForm.js'
import type { Gradient, Model, Update } from '../src/model.js'
import type { Given } from '../src/values.js'
import { checkRecord } from './checkRecord.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import type { Reads, RowIn } from './reads.js'

/**
 * Takes the step θ ← θ − η·u(g), with the statistics, names and counters of the batch behind the gradient.
 *
 *     gradient   g h
 *     update     U V     U.refused: not finite, or too large to be safe; nothing but the counters changed
 *
 * It holds the model from subscription until completion, error or unsubscribe. Inside `complete` it can be subscribed
 * again, and continues from where it was. A batch with nothing to learn is counted and gives no update.
 *
 * @throws ModelInUseError when the model already has a writer, LayoutMismatchError for a gradient of another model
 * (both as notifications)
 * @example
 * row$.pipe(encode(model), batch(32), gradient(model), update(model)).subscribe(({ step, loss }) => console.log(step,
 * loss))
 */
export function update<R, I = Gradient<R>>(
  model: Model<R>,
): OperatorFunction<
  Reads<
    I,
    Gradient<R> | Gradient<Given<R>>,
    'update(model) reads gradients: gradient(model), or backward(), belongs in front of it.'
  >,
  Update<RowIn<I>>
>
export function update<R>(model: Model<R>): OperatorFunction<Gradient<R>, Update<R>> {
  checkGiven('update: the model', model, 'learn')
  bringLongForm()
  return (source) =>
    hold(
      () => model.stages.take('update'),
      (writer) =>
        source.pipe(
          map((gradient) => {
            checkRecord('update', gradient, 'gradient')
            return model.stages.update(gradient, writer)
          }),
          filter(({ size }) => size > 0),
        ),
    )
}
