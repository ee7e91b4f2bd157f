import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/** Absolute error: l = |o − t|, ∂l/∂o = sign(o − t), 0 where they are equal. The prediction leans to the median. */
export const absolute = (): LossFunction =>
  bySettings({
    kind: 'absolute',
    task: 'numeric',
    build: ({ ops: { abs, sub, sum }, output, target }) => sum(abs(sub(output, target))),
  })
