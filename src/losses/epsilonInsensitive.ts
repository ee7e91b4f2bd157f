import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import type { LossFunction } from './loss.js'

/**
 * The loss of support vector regression: l = max(|o − t| − ε, 0), ∂l/∂o = sign(o − t), or 0 if they are at most ε
 * apart. Default: ε = 0.1, in units of the target's standard deviation if the target is scaled.
 *
 * @throws RangeError if `epsilon` is below 0
 * @example epsilonInsensitive({ epsilon: 0.5 })
 * @see V. Vapnik (1995), The Nature of Statistical Learning Theory, §6.1
 */
export const epsilonInsensitive = (config?: { readonly epsilon?: number }): LossFunction & { epsilon: number } => {
  const { epsilon } = optionsOf('epsilonInsensitive', config, { epsilon: 0.1 })
  if (!(epsilon >= 0 && epsilon < Infinity))
    throw new RangeError(`epsilonInsensitive: epsilon is ${epsilon}; expected a number of at least 0.`)
  return bySettings({
    kind: 'epsilonInsensitive',
    task: 'numeric',
    epsilon,
    build: ({ ops: { abs, relu, sub, sum }, output, target }) => sum(relu(sub(abs(sub(output, target)), epsilon))),
  })
}
