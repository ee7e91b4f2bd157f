import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { power } from '../program/power.js'
import { bySettings } from '../settings.js'
import { type Optimizer, optimizer, type RateConfig, rateDefaults } from './optimizer.js'

export interface AdamConfig extends RateConfig {
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
}

/**
 * Adam: m ← β₁m + (1 − β₁)∇, v ← β₂v + (1 − β₂)∇², θ ← θ − η m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
 *
 * Kingma and Ba, "Adam: a method for stochastic optimization" (2015).
 */
export const adam = (config?: AdamConfig): Optimizer => {
  const own = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
  const { beta1, beta2, epsilon, ...rates } = optionsOf('adam', config, {
    ...rateDefaults,
    learningRate: 0.003,
    ...own,
  })
  checkNumber('adam: beta1', beta1, { below: 1 })
  checkNumber('adam: beta2', beta2, { below: 1 })
  checkNumber('adam: epsilon', epsilon, { open: true })
  return optimizer(
    [
      bySettings({
        kind: 'adam',
        secondMoments: true,
        ...{ beta1, beta2, epsilon },
        emit: ({ gradient: g, slot, scratch, steps, scalars, constant, ...rows }) => {
          const m = slot('mean')
          const v = slot('variance')
          const work = scratch('work')
          const t = scalars.add(steps, 1)
          const correction = (beta: number) => scalars.div(1, scalars.sub(1, power(rows, constant(beta), t)))

          rows.decay(m, m, beta1)
          rows.scale(work, g, 1 - beta1)
          rows.add(m, m, work)

          rows.decay(v, v, beta2)
          rows.mul(work, g, g)
          rows.scale(work, work, 1 - beta2)
          rows.add(v, v, work)

          rows.scale(work, v, correction(beta2))
          rows.sqrt(work, work)
          rows.shift(work, work, epsilon)
          rows.scale(g, m, correction(beta1))
          rows.div(g, g, work)
        },
      }),
    ],
    rates,
  )
}
