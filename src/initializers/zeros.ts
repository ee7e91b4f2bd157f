import type { Draw, Initializer } from './initializer.js'

/** All zeros: a linear model's start, and the output layer's of a net, whose first prediction is then the mean. */
export const zeros = (): Initializer => ({ kind: 'zeros' })

export const drawZeros: Draw = () => 0
