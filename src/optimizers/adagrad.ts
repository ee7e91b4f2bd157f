import { checkSetting, type Optimizer, optimizer, type RateConfig } from './optimizer.js'

export interface AdagradConfig extends RateConfig {
  readonly epsilon?: number
}

/**
 * AdaGrad: G ← G + ∇², θ ← θ − η∇ / (√G + ε).
 *
 * Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning" (2011).
 */
export const adagrad = ({ learningRate = 0.1, epsilon = 1e-8, ...config }: AdagradConfig = {}): Optimizer => {
  checkSetting('adagrad: epsilon', epsilon, { below: Infinity, open: true })
  return optimizer(
    [
      {
        kind: 'adagrad',
        secondMoments: true,
        ...{ epsilon },
        emit: ({ gradient: g, slot, scratch, ...rows }) => {
          const sumOfSquares = slot('sumOfSquares')
          const root = scratch('root')
          rows.mulAdd(sumOfSquares, g, g)
          rows.sqrt(root, sumOfSquares)
          rows.shift(root, root, epsilon)
          rows.div(g, g, root)
        },
      },
    ],
    { learningRate, ...config },
  )
}
