import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/** Absolute error: l = |o − t|, ∂l/∂o = sign(o − t), or 0 if they are equal. Predictions tend to the median. */
export const absolute = (): LossFunction =>
  bySettings({
    kind: 'absolute',
    task: 'numeric',
    build: ({ ops: { abs, sub, sum }, output, target }) => sum(abs(sub(output, target))),
  })
