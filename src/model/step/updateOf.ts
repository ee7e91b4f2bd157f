import type { Gradient, Model, Update } from '../../model.js'
import type { Cursor } from '../../values.js'
import type { Core } from '../state/core.js'

/**
 * Builds the record of a step that was just taken or refused. It is a literal, because a spread takes as long as a row.
 *
 * @param loss the mean loss of the window
 * @param gradient is given if the caller uses the stages one by one
 */
export const updateOf = <R>(
  core: Core,
  model: Model<R>,
  size: number,
  loss: number,
  refused: boolean,
  cursor: Cursor | undefined,
  gradient?: Gradient<R>,
): Update<R> => {
  const { step } = core
  const learningRate = core.f64[core.program.places.currentRate >> 3]
  const update: { -readonly [K in keyof Update<R>]: Update<R>[K] } = {
    kind: 'update',
    step,
    model,
    size,
    loss,
    learningRate,
    refused,
  }
  if (gradient) update.gradient = gradient
  if (cursor !== undefined) update.cursor = cursor
  return update
}
