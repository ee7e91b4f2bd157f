import type { Draw, Initializer } from './initializer.js'

/** U(−limit, limit). Default: limit = 0.5. */
export const uniform = ({ limit = 0.5 }: { limit?: number } = {}): Initializer => ({ kind: 'uniform', limit })

export const drawUniform: Draw = ({ limit }, random, i) => (2 * random.uniform(i) - 1) * (limit as number)
