import { createModel } from '../../model/createModel.js'
import type { Model } from '../../model.js'
import { InputError } from '../sources/index.js'
import type { Configuration } from './configure.js'
import type { OptimizerName } from './options.js'

/**
 * Creates the model.
 *
 * @throws InputError with the reason that the optimizer gives if it does not fit the layers or the loss
 */
export const createdModel = (configuration: Configuration, name: OptimizerName | undefined): Model => {
  try {
    return createModel(configuration) as unknown as Model
  } catch (error) {
    const [, reason] = /^(?:vw|passiveAggressive): (.*)$/.exec(error instanceof RangeError ? error.message : '') ?? []
    throw reason === undefined ? error : new InputError(`--optimizer ${name}: ${reason}`)
  }
}
