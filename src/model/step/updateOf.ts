import type { Gradient, Model, Update } from '../../model.js'
import type { Cursor } from '../../values.js'
import type { Core } from '../state/core.js'

/**
 * The record of a step that has just been taken or refused. A literal, since a spread takes as long as a row.
 *
 * @param loss the window's mean
 * @param gradient given where the stages are in sight
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
  const learningRate = core.f64[core.program.places.currentRate >> 3]!
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
