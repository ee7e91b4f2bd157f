import type { BesideOf, ModelConfig, RowOf, ValueOf } from '../compile/configuration.js'
import { bringSettingsTexts } from '../compile/settingsTexts.js'
import type { Fields } from '../features/field.js'
import { chooseExecutor } from '../kernels/host/choose.js'
import type { Model } from '../model.js'
import { bringNearest } from '../options/nearest.js'
import { buildModel } from './buildModel.js'
import { bringKeep } from './keep.js'
import { bringLongForm } from './longForm.js'
import { bringNames } from './watchNames.js'

// Members are created before their model, so that the nearest name has to be there from the start.
bringNearest()

/**
 * Creates a model: a circuit, its parameters θ, and all other state that it learns.
 *
 * @example
 * const model = createModel({
 *   features: { temperature: numeric(), room: category(), hour: cyclic(24) },
 *   target: { power: numeric() },
 *   layers: [dense(16, 'tanh'), dense(1)],
 * })
 * model.learn({ temperature: 21, room: 'A', hour: 9, power: 310 })
 * model.predict({ temperature: 21, room: 'A', hour: 9 }).value
 */
export const createModel = <
  F extends Fields,
  T extends Fields,
  R = RowOf<F, T>,
  const W extends string = string,
  const C extends string = string,
>(
  config: ModelConfig<F, T, W, C>,
): Model<R & BesideOf<W, C>, ValueOf<T>> => {
  bringLongForm()
  bringKeep()
  bringNames()
  bringSettingsTexts()
  return buildModel(config, chooseExecutor)
}
