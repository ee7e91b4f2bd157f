import { dense } from '../layers/dense.js'
import { createModel } from '../model/createModel.js'
import { type Classes, type Configure, type NamedModel, namedOptions } from './named.js'
import { classesOf } from './targets.js'

/** Returns the configuration of the model below. */
export const logisticConfig: Configure = (config) => {
  const options = namedOptions('logisticRegression', config, {})
  const { declared } = classesOf('logisticRegression', options.target)
  if (declared > 2)
    throw new RangeError(
      `logisticRegression: target '${Object.keys(options.target)[0]}' has ${declared} classes; expected two, or softmaxRegression, which tells more apart.`,
    )
  return { ...options, layers: [dense(1)] }
}

/**
 * Creates a logistic regression, which tells two classes apart: the second one has the probability σ(xW + b), learned by
 * cross-entropy. It is, with all other options of `createModel`,
 *
 *     createModel({ features, target, layers: [dense(1)] })
 *
 * A category whose values are not declared takes the first two names that arrive, in this order.
 *
 * @throws RangeError for a target that is a number, and for a category of more than two classes
 * @example
 * const model = logisticRegression({
 *   features: { length: numeric(), words: hashed() },
 *   target: { spam: category({ values: ['no', 'yes'] }) },
 * })
 * model.learn({ length: 120, words: ['win', 'a', 'prize'], spam: 'yes' })
 * model.predict({ length: 90, words: ['prize'] }).probabilities
 */
export const logisticRegression: NamedModel<Classes> = (config) => createModel(logisticConfig(config)) as never
