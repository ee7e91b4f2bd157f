import { checkNumber } from '../options/checkNumber.js'
import type { Draw, Initializer } from './initializer.js'

/** Sets every element to the same number. */
export const constant = (value: number): Initializer => {
  checkNumber('initializers.constant: value', value, { from: -Infinity, open: true })
  return { kind: 'constant', value }
}

export const drawConstant: Draw = ({ value }) => value as number
