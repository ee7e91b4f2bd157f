import type { Dense } from '../layers/dense.js'
import type { Layer } from '../layers/layer.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import { bySettings } from '../settings.js'
import type { Expert } from './expert.js'

export interface NetExpert extends Expert {
  readonly kind: 'net'
  readonly net: readonly Layer[]
}

/**
 * Creates an expert of layers, as `layers` of a model without experts are. `rates` are factors of the optimizer's
 * learning rate: a copy of the layers learns at each of them.
 *
 * @example
 * createModel({
 *   features,
 *   target,
 *   experts: { linear: experts.net([dense(1)], { rates: [0.3, 1.5, 7] }), net: experts.net([dense(32, 'relu'), dense(1)]) },
 * })
 */
export const net = (layers: readonly Layer[], config?: { readonly rates?: readonly number[] }): NetExpert => {
  const { rates } = optionsOf('experts.net', config, { rates: [1] })
  if (!Array.isArray(layers) || layers.length === 0)
    throw new RangeError(`experts.net: the layers are ${shown(layers)}; expected a list such as [dense(1)].`)
  if (!Array.isArray(rates) || rates.length === 0 || !rates.every((rate) => rate > 0 && rate < Infinity))
    throw new RangeError(`experts.net: rates is ${shown(rates)}; expected factors above 0, such as [0.3, 1, 3].`)
  const { units } = Object(layers[layers.length - 1]) as Partial<Dense>
  return bySettings(
    {
      kind: 'net',
      net: layers,
      rates,
      ...(units !== undefined && { outputs: units }),
      build: (site) => site.layers(layers),
    },
    layers,
  )
}
