import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/**
 * The pinball loss: l = α(t − o) if o < t, otherwise (1 − α)(o − t); ∂l/∂o = −α or 1 − α, and 0 if they are equal. The
 * prediction tends to the α-quantile of the target. Default: α = 0.5, the median, for which it is half of `absolute`.
 *
 * @throws RangeError unless 0 < `alpha` < 1
 * @example
 * const high = createModel({ features, target, layers: [dense(1)], loss: quantile({ alpha: 0.9 }) })
 * high.learn(rows)   // about nine targets in ten lie below its predictions
 * @see R. Koenker, G. Bassett (1978), Regression Quantiles, Econometrica 46(1)
 */
export const quantile = (config?: { readonly alpha?: number }): LossFunction & { alpha: number } => {
  const { alpha } = optionsOf('quantile', config, { alpha: 0.5 })
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`quantile: alpha is ${alpha}; expected a number between 0 and 1.`)
  return bySettings({
    kind: 'quantile',
    task: 'numeric',
    alpha,
    build({ ops: { add, mul, relu, sub, sum }, output, target }) {
      const below = relu(sub(target, output))
      const above = relu(sub(output, target))
      return sum(add(mul(alpha, below), mul(1 - alpha, above)))
    },
  })
}
