import {
  type CyclicField,
  createModel,
  cyclic,
  dense,
  type Layer,
  type Model,
  type NumericField,
  numeric,
  type RowOf,
  schedules,
} from 'rxgrad'
import { gated } from './gatedLayer.js'
import { type LogarithmField, logarithm } from './logarithm.js'
import { quantileLoss } from './quantileLoss.js'
import { rmsprop } from './rmsprop.js'

export type Sale = RowOf<{ price: LogarithmField; hour: CyclicField }, { sold: NumericField }>

const layersOf: readonly Layer[] = [dense(4, 'tanh'), gated(4), dense(1)]

/** A model with a field, a layer, a loss and an optimizer that a user wrote. */
export const ownModel = (
  layers: readonly Layer[] = layersOf,
  config: { readonly executor?: 'interpreter' } = {},
): Model<Sale> =>
  createModel({
    features: { price: logarithm({ offset: 1 }), hour: cyclic(24) },
    target: { sold: numeric() },
    layers,
    loss: quantileLoss({ quantile: 0.5 }),
    optimizer: rmsprop({ learningRate: schedules.inverseSqrt({ initial: 0.05 }) }),
    seed: 2,
    ...config,
  })

/** Sales fall with the logarithm of the price, and are higher by day. */
export const saleAt = (i: number): { readonly price: number; readonly hour: number; readonly sold: number } => {
  const [price, hour] = [Math.exp(3 + 2 * Math.sin(i * 1.7)), (i * 5) % 24]
  return { price, hour, sold: 60 - 9 * Math.log(price + 1) + 4 * Math.sin((hour / 24) * 2 * Math.PI) }
}
