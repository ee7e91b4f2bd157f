import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { type AdamConfig, adam } from './adam.js'
import { chain } from './chain.js'
import { l2 } from './l2.js'
import { type Optimizer, rateDefaults } from './optimizer.js'

export interface AdamwConfig extends AdamConfig {
  readonly weightDecay?: number
  /** The groups that do not decay. Default: biases. */
  readonly exclude?: readonly string[]
}

/**
 * Adam with decoupled weight decay: θ ← θ − η(m̂ / (√v̂ + ε) + λθ), with m̂ and v̂ of `adam`. Defaults: λ (`weightDecay`)
 * = 0.01, and those of `adam`.
 *
 * Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
 */
export const adamw = (config?: AdamwConfig): Optimizer => {
  const own = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, exclude: ['bias'] }
  const { weightDecay, exclude, ...rest } = optionsOf('adamw', config, { ...rateDefaults, learningRate: 0.003, ...own })
  checkNumber('adamw: weightDecay', weightDecay, {})
  return chain(l2(weightDecay, { exclude, decoupled: true }), adam(rest))
}
