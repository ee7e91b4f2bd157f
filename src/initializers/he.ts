import type { Draw, Initializer } from './initializer.js'

/**
 * N(0, 2 / fan_in), which preserves the variance through ReLU layers.
 *
 * He, Zhang, Ren and Sun, "Delving deep into rectifiers" (2015).
 */
export const he = (): Initializer => ({ kind: 'he' })

export const drawHe: Draw = (_, random, i, { fanIn }) => random.normal(i) * Math.sqrt(2 / fanIn)
