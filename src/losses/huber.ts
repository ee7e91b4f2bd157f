import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/**
 * Huber's loss: ½r² if |r| ≤ δ, otherwise δ(|r| − ½δ); r = o − t, and ∂l/∂o is r clipped to ±δ. Default: δ = 1, in
 * units of the target's standard deviation if the target is scaled.
 *
 * Huber, "Robust estimation of a location parameter" (1964).
 */
export const huber = (config?: { readonly delta?: number }): LossFunction & { delta: number } => {
  const { delta } = optionsOf('huber', config, { delta: 1 })
  checkNumber('huber: delta', delta, { open: true, most: Infinity })
  return bySettings({
    kind: 'huber',
    task: 'numeric',
    delta,
    build({ ops: { abs, min, mul, sub, sum }, output, target }) {
      const size = abs(sub(output, target))
      // With c = min(|r|, δ), both branches equal c(|r| − ½c).
      const c = min(size, delta)
      return sum(mul(c, sub(size, mul(0.5, c))))
    },
  })
}
