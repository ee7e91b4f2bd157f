import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/**
 * Huber's loss: ½r² where |r| ≤ δ, else δ(|r| − ½δ); r = o − t, ∂l/∂o = r cut to ±δ. δ = 1, in units of the target's
 * standard deviation where the target is scaled.
 *
 * Huber, "Robust estimation of a location parameter" (1964).
 */
export const huber = ({ delta = 1 }: { readonly delta?: number } = {}): LossFunction & { delta: number } => {
  if (!(delta > 0)) throw new RangeError(`huber: delta is ${delta}; expected a number above 0.`)
  return bySettings({
    kind: 'huber',
    task: 'numeric',
    delta,
    build({ ops: { abs, min, mul, sub, sum }, output, target }) {
      const size = abs(sub(output, target))
      // with c = min(|r|, δ) both branches are c(|r| − ½c)
      const c = min(size, delta)
      return sum(mul(c, sub(size, mul(0.5, c))))
    },
  })
}
