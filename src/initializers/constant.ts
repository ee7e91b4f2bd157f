import type { Draw, Initializer } from './initializer.js'

/** The same number everywhere. */
export const constant = (value: number): Initializer => ({ kind: 'constant', value })

export const drawConstant: Draw = ({ value }) => value as number
