import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { type Optimizer, optimizer, type RateConfig, rateDefaults } from './optimizer.js'

export interface AdagradConfig extends RateConfig {
  readonly epsilon?: number
}

/**
 * AdaGrad: G ← G + ∇², θ ← θ − η∇ / (√G + ε).
 *
 * Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning" (2011).
 */
export const adagrad = (config?: AdagradConfig): Optimizer => {
  const { epsilon, ...rates } = optionsOf('adagrad', config, { ...rateDefaults, learningRate: 0.1, epsilon: 1e-8 })
  checkNumber('adagrad: epsilon', epsilon, { open: true })
  return optimizer(
    [
      bySettings({
        kind: 'adagrad',
        secondMoments: true,
        // In f32 a smaller ε is 0, which would give 0/0 for a weight without a gradient so far.
        lazy: Math.fround(epsilon) > 0,
        ...{ epsilon },
        emit: (rows) => {
          rows.adaptive(rows.slot('sumOfSquares'), rows.gradient, { keep: 1, epsilon, divisor: () => 1 })
        },
      }),
    ],
    rates,
  )
}
