import type { Draw, Initializer } from './initializer.js'

/** Sets every element to the same number. */
export const constant = (value: number): Initializer => ({ kind: 'constant', value })

export const drawConstant: Draw = ({ value }) => value as number
