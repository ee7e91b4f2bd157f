import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { type Optimizer, optimizer, type RateConfig, rateDefaults } from './optimizer.js'

export interface RmspropConfig extends RateConfig {
  readonly decay?: number
  readonly epsilon?: number
}

/**
 * RMSProp: v ← ρv + (1 − ρ)∇², θ ← θ − η∇ / (√v + ε). Defaults: ρ (`decay`) = 0.9, η = 0.003, ε = 1e-8.
 *
 * Tieleman and Hinton, "Lecture 6.5: RMSProp", Neural Networks for Machine Learning (2012).
 */
export const rmsprop = (config?: RmspropConfig): Optimizer => {
  const own = { decay: 0.9, epsilon: 1e-8 }
  const { decay, epsilon, ...rates } = optionsOf('rmsprop', config, { ...rateDefaults, learningRate: 0.003, ...own })
  checkNumber('rmsprop: decay', decay, { below: 1 })
  checkNumber('rmsprop: epsilon', epsilon, { open: true })
  return optimizer(
    [
      bySettings({
        kind: 'rmsprop',
        secondMoments: true,
        decay,
        epsilon,
        emit: ({ gradient: g, slot, scratch, ...rows }) => {
          const v = slot('meanSquare')
          const work = scratch('work')
          rows.decay(v, v, decay)
          rows.mul(work, g, g)
          rows.scale(work, work, 1 - decay)
          rows.add(v, v, work)
          rows.sqrt(work, v)
          rows.shift(work, work, epsilon)
          rows.div(g, g, work)
        },
      }),
    ],
    rates,
  )
}
