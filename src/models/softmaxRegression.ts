import { dense } from '../layers/dense.js'
import { createModel } from '../model/createModel.js'
import { type Classes, type Configure, type NamedModel, namedOptions } from './named.js'
import { classesOf } from './targets.js'

/** Returns the configuration of the model below. */
export const softmaxConfig: Configure = (config) => {
  const options = namedOptions('softmaxRegression', config, {})
  const { room } = classesOf('softmaxRegression', options.target)
  return { ...options, layers: [dense(room)] }
}

/**
 * Creates a softmax regression, also called multinomial logistic regression, which tells K classes apart: class k has
 * the probability softmax(xW + b)_k, learned by cross-entropy. It is, with all other options of `createModel`,
 *
 *     createModel({ features, target, layers: [dense(K)] })
 *
 * K is the number of the target's values, or its `capacity`. A category that declares neither has room for 64 classes;
 * classes that have not arrived take no part, so that such room costs time but no accuracy.
 *
 * @throws RangeError for a target that is a number
 * @example
 * const model = softmaxRegression({
 *   features: { length: numeric(), width: numeric() },
 *   target: { species: category({ values: ['setosa', 'versicolor', 'virginica'] }) },
 * })
 * model.learn({ length: 1.4, width: 0.2, species: 'setosa' })
 * model.predict({ length: 4.7, width: 1.4 }).probabilities
 */
export const softmaxRegression: NamedModel<Classes> = (config) => createModel(softmaxConfig(config)) as never
