import { optionsOf } from '../options/optionsOf.js'
import { type ClassLossConfig, classLoss } from './classLoss.js'
import type { LossFunction } from './loss.js'

/** The least 1 − p whose logarithm is taken: what lies below it costs nothing anyway. */
const LEAST = 1e-12

/**
 * Focal loss: l = −(1 − p)^γ log p, where p is the probability of the row's class: cross-entropy in which rows that are
 * already classified well count less. γ = 0 is `crossEntropy`. Default: γ = 2. Classes may have weights, the α of the
 * paper.
 *
 * @throws RangeError if `gamma` is below 0, and for weights as `crossEntropy` does
 * @example focal({ gamma: 2, weights: { fraud: 3 } })
 * @see T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár (2017), Focal Loss for Dense Object Detection, ICCV
 */
export const focal = (config?: ClassLossConfig & { readonly gamma?: number }): LossFunction & { gamma: number } => {
  const { gamma, weights } = optionsOf('focal', config, { gamma: 2, weights: undefined })
  if (!(gamma >= 0 && gamma < Infinity))
    throw new RangeError(`focal: gamma is ${gamma}; expected a number of at least 0.`)
  return classLoss(
    'focal',
    weights,
    ({ ops: { add, exp, log, logSoftmax, max, mul, neg, softplus, sub, sum }, output: z, target: t }) => {
      /** (1 − p)^γ · cost, from log(1 − p) and cost = −log p. */
      const faded = (logRest: typeof z, cost: typeof z): typeof z => mul(exp(mul(gamma, logRest)), cost)
      if (z.shape[0] === 1) {
        const [second, first] = [softplus(neg(z)), softplus(z)]
        return sum(add(mul(t, faded(neg(first), second)), mul(sub(1, t), faded(neg(second), first))))
      }
      const logs = logSoftmax(z)
      return sum(mul(t, faded(log(max(sub(1, exp(logs)), LEAST)), neg(logs))))
    },
    { gamma },
  )
}
