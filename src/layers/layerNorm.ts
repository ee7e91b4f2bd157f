import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import type { Layer, LayerKind } from './layer.js'

export interface LayerNorm extends Layer {
  readonly kind: 'layerNorm'
  readonly epsilon: number
}

/**
 * Creates a layer normalization: y = γ(x − μ)/√(σ² + ε) + β, where μ and σ² are the mean and the variance of the
 * elements of x, row by row; γ is 1 and β is 0 at the start. Default: ε = 1e-5.
 *
 * Ba, Kiros and Hinton, "Layer normalization" (2016).
 *
 * @example
 * createModel({ features, target, layers: [dense(16, 'relu'), layerNorm(), dense(1)] })
 */
export const layerNorm = (config?: { readonly epsilon?: number }): LayerNorm => {
  const { epsilon } = optionsOf('layerNorm', config, { epsilon: 1e-5 })
  checkNumber('layerNorm: epsilon', epsilon, { open: true })
  return bySettings({
    kind: 'layerNorm',
    epsilon,
    build({ add, div, mean, mul, sqrt, sub, weight }, x, { name }) {
      if (!x)
        throw new RangeError(
          `layers: ${name} has no numbers to normalize, because all features are hashed; put it after a dense layer.`,
        )
      if (x.shape[0] === 1)
        throw new RangeError(
          `layers: ${name} normalizes a single number, which would become 0 for every row; put it after a layer of at least two units.`,
        )
      const gamma = weight(`${name}.gamma`, { shape: x.shape, initial: 1 })
      const beta = weight(`${name}.beta`, { shape: x.shape, group: 'bias' })
      const centred = sub(x, mean(x))
      const variance = mean(mul(centred, centred))
      return add(mul(gamma, div(centred, sqrt(add(variance, epsilon)))), beta)
    },
  })
}

export const layerNormKind: LayerKind = { example: 'layerNorm', make: () => layerNorm() }
