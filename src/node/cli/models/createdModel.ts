import { createModel } from '../../../model/createModel.js'
import type { Model } from '../../../model.js'
import { InputError } from '../../sources/index.js'
import type { OptimizerName } from '../arguments/modelRows.js'
import type { Configuration } from './configure.js'

/**
 * Creates the model.
 *
 * @throws InputError with the reason that the optimizer gives if it does not fit the layers or the loss, or with that
 * which a field gives if it cannot be a target
 */
export const createdModel = (configuration: Configuration, name: OptimizerName | undefined): Model => {
  try {
    return createModel(configuration) as unknown as Model
  } catch (error) {
    const message = error instanceof RangeError ? error.message : ''
    const [, of, reason] = /^(vw|passiveAggressive|createModel): (.*)$/.exec(message) ?? []
    if (reason === undefined) throw error
    throw new InputError(of === 'createModel' ? `the columns do not fit: ${reason}` : `--optimizer ${name}: ${reason}`)
  }
}
