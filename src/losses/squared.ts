import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/** Squared error: l = ½(o − t)², ∂l/∂o = o − t. (In River and PyTorch it is (o − t)².) */
export const squared = (): LossFunction =>
  bySettings({
    kind: 'squared',
    task: 'numeric',
    build({ ops: { mul, sub, sum }, output, target }) {
      const r = sub(output, target)
      return sum(mul(0.5, mul(r, r)))
    },
  })
