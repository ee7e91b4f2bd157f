import { optionsOf } from '../options/optionsOf.js'
import type { Draw, Initializer } from './initializer.js'

/** U(−limit, limit). Default: limit = 0.5. */
export const uniform = (config?: { readonly limit?: number }): Initializer => ({
  kind: 'uniform',
  ...optionsOf('initializers.uniform', config, { limit: 0.5 }),
})

export const drawUniform: Draw = ({ limit }, random, i) => (2 * random.uniform(i) - 1) * (limit as number)
