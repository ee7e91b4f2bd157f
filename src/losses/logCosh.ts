import { LN2_HIGH, LN2_LOW } from '../program/elementary/constants.js'
import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

const LN2 = LN2_HIGH + LN2_LOW

/**
 * Log-cosh: l = log cosh r, ∂l/∂o = tanh r, r = o − t: about ½r² near 0 and |r| − log 2 far away, smooth in between.
 *
 * It is computed as |r| + log(1 + e^(−2|r|)) − log 2, which does not overflow.
 *
 * @example createModel({ features, target, layers: [dense(1)], loss: logCosh() }).learn(rows)
 * @see R. A. Saleh, A. K. M. E. Saleh (2022), Statistical properties of the log-cosh loss function used in machine
 * learning, arXiv 2208.04564
 */
export const logCosh = (): LossFunction =>
  bySettings({
    kind: 'logCosh',
    task: 'numeric',
    build({ ops: { abs, add, mul, softplus, sub, sum }, output, target }) {
      const size = abs(sub(output, target))
      return sum(add(size, sub(softplus(mul(-2, size)), LN2)))
    },
  })
