import { dense } from '../layers/dense.js'
import { squared } from '../losses/squared.js'
import { createModel } from '../model/createModel.js'
import { type Configure, type NamedModel, type Numbers, namedOptions } from './named.js'
import { outputsOfNumbers } from './targets.js'

/** Returns the configuration of the model below. */
export const linearConfig: Configure = (config) => {
  const options = namedOptions('linearRegression', config, {})
  const layers = [dense(outputsOfNumbers('linearRegression', options.target))]
  return { ...options, loss: options.loss ?? squared(), layers }
}

/**
 * Creates a linear regression by least squares: ŷ = xW + b, l = ½(ŷ − y)². Of several targets, each has its own column
 * of W. It is, with all other options of `createModel`,
 *
 *     createModel({ features, target, loss: squared(), layers: [dense(1)] })     // dense(n) for n targets
 *
 * @throws RangeError for a target that is a category
 * @example
 * const model = linearRegression({
 *   features: { temperature: numeric(), hour: cyclic(24) },
 *   target: { power: numeric() },
 * })
 * model.learn({ temperature: 21, hour: 9, power: 310 })
 * linearRegression({ features: { hour: cyclic(24) }, target: { power: numeric(), heat: numeric() } })
 */
export const linearRegression: NamedModel<Numbers> = (config) => createModel(linearConfig(config)) as never
