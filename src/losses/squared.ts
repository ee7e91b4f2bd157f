import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/** Squared error, as the lecture has it: l = ½ (o − t)², ∂l/∂o = o − t. (River's and PyTorch's is (o − t)².) */
export const squared = (): LossFunction =>
  bySettings({
    kind: 'squared',
    task: 'numeric',
    build({ ops: { mul, sub, sum }, output, target }) {
      const r = sub(output, target)
      return sum(mul(0.5, mul(r, r)))
    },
  })
