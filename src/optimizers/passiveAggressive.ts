import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { checkLinear } from './linear.js'
import { type Optimizer, optimizer } from './optimizer.js'

/** The losses whose slope is 1 until they are 0. */
const LOSSES = { hinge: 'hinge()', epsilonInsensitive: 'epsilonInsensitive()', absolute: 'absolute()' }

/** Keeps the divisor above 0. */
const LEAST = 1e-300

export interface PassiveAggressiveConfig {
  readonly C?: number
}

/**
 * Passive-aggressive (PA-I): the shortest step after which the row has no loss, if that is not longer than C allows.
 *
 *     θ ← θ − τ·∂l/∂o·x,   τ = min(C, l / ‖x‖²)
 *
 * For linear models of one output, with a bias as one more x of 1, and a loss whose slope is 1 until it is 0, such as
 * `absolute()`. A row of weight w has C·w. In a window, l and ∂l/∂o·x are the means of its rows. Default: C = 1.
 * `learningRate`, which is 1, is a factor of τ.
 *
 * Crammer, Dekel, Keshet, Shalev-Shwartz and Singer, "Online passive-aggressive algorithms" (2006).
 *
 * @example
 * createModel({ features, target, layers: [dense(1)], loss: absolute(), optimizer: passiveAggressive({ C: 0.1 }) })
 */
export const passiveAggressive = (config?: PassiveAggressiveConfig): Optimizer => {
  const { C } = optionsOf('passiveAggressive', config, { C: 1 })
  checkNumber('passiveAggressive: C', C, { open: true })
  return optimizer(
    [
      bySettings({
        kind: 'passiveAggressive',
        lazy: true,
        C,
        emit: (rows) => {
          checkLinear('passiveAggressive', rows, LOSSES)
          const { gradient: g, scalars } = rows
          // With ∇ = w·∂l/∂o·x, l/‖x‖² is w times the mean loss over ‖∇‖², since the slope is 1.
          const whole = scalars.div({ address: rows.site.meanLoss }, scalars.max(rows.dot(g, g), LEAST))
          rows.scale(g, g, scalars.min(C, whole))
        },
      }),
    ],
    { learningRate: 1, groups: {} },
  )
}
