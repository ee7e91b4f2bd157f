import type { Draw, Initializer } from './initializer.js'

/**
 * Sets every element to zero: suits linear models and a net's output layer, whose first prediction is then the mean.
 */
export const zeros = (): Initializer => ({ kind: 'zeros' })

export const drawZeros: Draw = () => 0
