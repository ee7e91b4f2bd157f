import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import { type Optimizer, optimizer, type RateConfig, rateDefaults } from './optimizer.js'

/** This keeps the divisor √G + ε above 0. */
const EPSILON = 1e-8

/**
 * An optimizer for streams that needs no learning rate: AdaGrad with a rate by fan-in, bounded so that no step
 * overshoots its own row, which adapts fast again after a drift.
 *
 *     G ← G + ∇²,   u = ∇ / (√(fan_in + 1) · (√G + ε))
 *     c = ⟨∇, u⟩ / mean |r|²,   s = (1 − e^(−c))/c      (r = ∂l/∂output; a logistic row solves for its own s)
 *     θ ← θ − η·s·u,   η = 1
 *
 * A loss that is steeper than squared error, such as absolute error, counts c as max(1, mean |r|² / mean l) times as
 * large, so that no row passes its goal. When the model's own loss rises further above its mean than it would by
 * chance, G is reduced to a tenth.
 *
 * The bound is Karampatziakis and Langford's importance-invariant update ("Online importance weight aware updates",
 * 2011) taken over the whole net; AdaGrad is Duchi, Hazan and Singer's (2011).
 *
 * @example
 * createModel({ features, target, layers: [dense(32, 'relu'), dense(1)] })   // auto() is what layered models use
 */
export const auto = (config?: RateConfig): Optimizer =>
  optimizer(
    [
      bySettings({
        kind: 'auto',
        secondMoments: true,
        lazy: true,
        emit: (rows) => {
          const product = rows.adaptive(rows.slot('sumOfSquares'), rows.gradient, {
            keep: rows.driftShare().share,
            epsilon: EPSILON,
            divisor: (fanIn) => Math.sqrt(fanIn + 1),
          })
          rows.multiply(rows.boundShare(product))
        },
        after: (rows) => rows.driftShare().watch(),
      }),
    ],
    optionsOf('auto', config, { ...rateDefaults, learningRate: 1 }),
  )
