import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { type ClassWeights, checkWeights, weighted } from './classWeights.js'
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
export const squaredHinge = (config?: { readonly weights?: ClassWeights }): LossFunction => {
  const { weights } = optionsOf('squaredHinge', config, { weights: undefined })
  checkWeights('squaredHinge', weights)
  return bySettings({
    kind: 'squaredHinge',
    task: 'category',
    ...(weights && { weights: { ...weights } }),
    build(site) {
      const { ops, output, target } = site
      const { mul, relu, sub, sum } = ops
      const within = relu(sub(1, mul(sub(mul(2, target), 1), output)))
      return weighted('squaredHinge', weights, site, sum(mul(within, within)))
    },
  })
}
