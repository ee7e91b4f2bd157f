import type { Fields } from '../features/field.js'
import type { Activation } from '../layers/activations.js'
import { dense } from '../layers/dense.js'
import { createModel } from '../model/createModel.js'
import { checkWhole } from '../options/checkWhole.js'
import { type Configure, type NamedModel, namedOptions } from './named.js'
import { outputsOf } from './targets.js'

export interface MlpConfig {
  /** The number of units of each hidden layer. Default: [32]. */
  readonly hidden?: readonly number[]
  /** The activation of the hidden layers, as in `dense`. Default: 'relu'. */
  readonly activation?: Activation
}

const defaults: Required<MlpConfig> = { hidden: [32], activation: 'relu' }

/** Returns the configuration of the model below. */
export const mlpConfig: Configure = (config) => {
  const { hidden, activation, ...options } = namedOptions('mlp', config, defaults)
  if (hidden.length === 0)
    throw new RangeError(
      'mlp: hidden is an empty list; expected the units of each hidden layer, such as [32, 16], or linearRegression, which has none.',
    )
  for (const units of hidden) checkWhole('mlp: hidden has', units, ', as in hidden: [32, 16]')
  const layers = hidden.map((units) => dense(units, activation))
  return { ...options, layers: [...layers, dense(outputsOf('mlp', options.target))] }
}

/**
 * Creates a multilayer perceptron: hidden layers h ← activation(hW + b), then a linear layer. It is, for hidden: [32, 16]
 * and with all other options of `createModel`,
 *
 *     createModel({ features, target, layers: [dense(32, 'relu'), dense(16, 'relu'), dense(outputs)] })
 *
 * The target is one number, several numbers, or a category; there is one output for each number, one for two classes,
 * and otherwise one for each class (64 if the category declares neither values nor a capacity).
 *
 * @throws RangeError for hidden layers that are no whole numbers of at least 1, and for an activation that is not known
 * @example
 * const model = mlp({
 *   features: { temperature: numeric(), room: category() },
 *   target: { power: numeric(), heat: numeric() },
 *   hidden: [32, 16],
 * })
 * model.learn({ temperature: 21, room: 'A', power: 310, heat: 12 })
 * model.predict({ temperature: 21, room: 'A' }).values
 */
export const mlp: NamedModel<Fields, MlpConfig> = (config) => createModel(mlpConfig(config)) as never
