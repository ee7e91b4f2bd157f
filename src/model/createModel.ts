import { bringExperts } from '../compile/expertsCircuit.js'
import { bringSettingsTexts } from '../compile/settingsTexts.js'
import { chooseExecutor } from '../kernels/host/choose.js'
import { bringNearest } from '../options/nearest.js'
import { buildModel, type CreateModel } from './buildModel.js'
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
export const createModel: CreateModel = (config) => {
  bringExperts()
  bringLongForm()
  bringKeep()
  bringNames()
  bringSettingsTexts()
  return buildModel(config, chooseExecutor)
}
