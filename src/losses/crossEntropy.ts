import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/**
 * Cross-entropy, fused with the link so that it is exact for any logit.
 *
 * One output: l = max(z, 0) − z·t + log(1 + e^(−|z|)), ∂l/∂z = σ(z) − t, for the probability of the second of two
 * names. K outputs: l = −Σ tₖ log softmax(z)ₖ, ∂l/∂z = softmax(z) − t.
 */
export const crossEntropy = (): LossFunction =>
  bySettings({
    kind: 'crossEntropy',
    task: 'category',
    build: ({ ops: { binaryCrossEntropy, logSoftmax, mul, neg, sum }, output, target }) =>
      output.shape[0] === 1 ? sum(binaryCrossEntropy(output, target)) : neg(sum(mul(target, logSoftmax(output)))),
  })
