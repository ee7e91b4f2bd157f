import type { Draw, Initializer } from './initializer.js'

/**
 * U(−l, l) with l = √(6 / (fan_in + fan_out)), which preserves the variance through tanh and sigmoid layers.
 *
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010).
 */
export const glorot = (): Initializer => ({ kind: 'glorot' })

export const drawGlorot: Draw = (_, random, i, { fanIn, fanOut }) =>
  (2 * random.uniform(i) - 1) * Math.sqrt(6 / (fanIn + fanOut))
