import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import type { Draw, Initializer } from './initializer.js'

/** U(−limit, limit). Default: limit = 0.5. */
export const uniform = (config?: { readonly limit?: number }): Initializer => {
  const { limit } = optionsOf('initializers.uniform', config, { limit: 0.5 })
  checkNumber('initializers.uniform: limit', limit, {})
  return { kind: 'uniform', limit }
}

export const drawUniform: Draw = ({ limit }, random, i) => (2 * random.uniform(i) - 1) * (limit as number)
