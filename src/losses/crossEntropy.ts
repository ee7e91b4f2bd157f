import { optionsOf } from '../options/optionsOf.js'
import { type ClassLossConfig, classLoss } from './classLoss.js'
import type { LossFunction } from './loss.js'

/**
 * Cross-entropy, fused with the link so that it is exact for any logit.
 *
 * One output: l = max(z, 0) − z·t + log(1 + e^(−|z|)), ∂l/∂z = σ(z) − t, for the probability of the second of two
 * names. K outputs: l = −Σ tₖ log softmax(z)ₖ, ∂l/∂z = softmax(z) − t. Where classes have weights, both are multiplied
 * by the weight of the row's class (default 1), and the predicted probabilities lean towards the heavier classes.
 *
 * @throws RangeError for a weight that is not above 0, and for one of a class that the target does not declare
 * @example
 * const seldom = category({ values: ['no', 'yes'] })
 * createModel({ features, target: { fails: seldom }, layers: [dense(1)], loss: crossEntropy({ weights: { yes: 5 } }) })
 * @see G. King, L. Zeng (2001), Logistic Regression in Rare Events Data, Political Analysis 9(2)
 */
export const crossEntropy = (config?: ClassLossConfig): LossFunction => {
  const { weights } = optionsOf('crossEntropy', config, { weights: undefined })
  return classLoss(
    'crossEntropy',
    weights,
    ({ ops: { binaryCrossEntropy, logSoftmax, mul, neg, sum }, output, target }) =>
      output.shape[0] === 1 ? sum(binaryCrossEntropy(output, target)) : neg(sum(mul(target, logSoftmax(output)))),
  )
}
