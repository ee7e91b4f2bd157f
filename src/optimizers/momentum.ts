import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { type Optimizer, optimizer, type RateConfig, rateDefaults } from './optimizer.js'

export interface MomentumConfig extends RateConfig {
  readonly momentum?: number
  readonly nesterov?: boolean
}

/**
 * Gradient descent with momentum: m ← μm + ∇, θ ← θ − ηm; Nesterov's form uses ∇ + μm in place of m.
 *
 * Sutskever, Martens, Dahl and Hinton, "On the importance of initialization and momentum in deep learning" (2013).
 */
export const momentum = (config?: MomentumConfig): Optimizer => {
  const own = { momentum: 0.9, nesterov: false }
  const { momentum: mu, nesterov, ...rates } = optionsOf('momentum', config, { ...rateDefaults, ...own })
  checkNumber('momentum: momentum', mu, { below: 1 })
  return optimizer(
    [
      bySettings({
        kind: 'momentum',
        ...{ momentum: mu, nesterov },
        emit: ({ gradient: g, slot, scratch, ...rows }) => {
          const m = slot('momentum')
          rows.decay(m, m, mu)
          rows.add(m, m, g)
          if (!nesterov) return rows.copy(g, m)
          const ahead = scratch('ahead')
          rows.scale(ahead, m, mu)
          rows.add(g, g, ahead)
        },
      }),
    ],
    rates,
  )
}
