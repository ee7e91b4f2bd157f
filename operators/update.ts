import { filter, map, type OperatorFunction } from 'rxjs'
import type { Gradient, Model, Update } from '../src/model.js'
import { hold } from './hold.js'

/**
 * Takes the step: θ ← θ − η·u(g), with the statistics, names and counters of the batch behind the gradient.
 *
 *     gradient   g h
 *     update     U V     U.refused: not finite, or too large to be safe; nothing but the counters changed
 *
 * Holds the model from subscription until completion, error or unsubscribe; inside `complete` it can be subscribed
 * again and goes on from where it was. A batch in which there was nothing to learn is counted and gives no update.
 *
 * @throws ModelInUseError when someone writes the model already, LayoutMismatchError for a gradient of another model
 *   (both as notifications)
 * @example
 * row$.pipe(encode(model), batch(32), gradient(model), update(model)).subscribe(({ step, loss }) => console.log(step, loss))
 */
export const update =
  <R>(model: Model<R>): OperatorFunction<Gradient<R>, Update<R>> =>
  (source) =>
    hold(
      () => model.stages.take('update'),
      (writer) =>
        source.pipe(
          map((gradient) => model.stages.update(gradient, writer)),
          filter(({ size }) => size > 0),
        ),
    )
