import { optionsOf } from '../options/optionsOf.js'
import { type ClassLossConfig, classLoss } from './classLoss.js'
import type { LossFunction } from './loss.js'

/**
 * The hinge loss of a linear support vector machine: l = max(0, 1 − y·z), ∂l/∂z = −y if y·z < 1, otherwise 0; y is 1 for
 * the second of two names and −1 for the first. K outputs: the sum over them, each class against the rest.
 *
 * The predicted name is that of the greatest margin. Its probabilities, σ(z) or softmax(z), have that order, but are not
 * calibrated: use `crossEntropy` where they matter. Classes may have weights, as there.
 *
 * @throws RangeError for weights as `crossEntropy` does
 * @example hinge({ weights: { spam: 2 } })
 * @see C. Cortes, V. Vapnik (1995), Support-Vector Networks, Machine Learning 20
 */
export const hinge = (config?: ClassLossConfig): LossFunction => {
  const { weights } = optionsOf('hinge', config, { weights: undefined })
  return classLoss('hinge', weights, ({ ops: { mul, relu, sub, sum }, output, target }) =>
    sum(relu(sub(1, mul(sub(mul(2, target), 1), output)))),
  )
}
