import { F64 } from './abi.js'
import type { Scalar, StepRows } from './stepRows.js'

/** Gives a state the value that it has from here on: s ← value. */
export const store = ({ site }: Pick<StepRows, 'site'>, state: Scalar, value: Scalar): void =>
  site.emit('copy', { out: state.address, a: value.address, n: 1, type: F64 })
