import { optionsOf } from '../options/optionsOf.js'
import { type ClassLossConfig, classLoss } from './classLoss.js'
import type { LossFunction } from './loss.js'

/**
 * The squared hinge loss: l = max(0, 1 − y·z)², ∂l/∂z = −2y·max(0, 1 − y·z), with y = ±1 as in `hinge`. It is smooth,
 * and it punishes a row far on the wrong side more than one that is only within the margin.
 *
 * @throws RangeError for weights as `crossEntropy` does
 * @example squaredHinge()
 * @see K.-W. Chang, C.-J. Hsieh, C.-J. Lin (2008), Coordinate Descent Method for Large-scale L2-loss Linear Support
 * Vector Machines, JMLR 9
 */
export const squaredHinge = (config?: ClassLossConfig): LossFunction => {
  const { weights } = optionsOf('squaredHinge', config, { weights: undefined })
  return classLoss('squaredHinge', weights, ({ ops: { mul, relu, sub, sum }, output, target }) => {
    const within = relu(sub(1, mul(sub(mul(2, target), 1), output)))
    return sum(mul(within, within))
  })
}
