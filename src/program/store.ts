import { F64 } from './abi.js'
import type { Scalar, StepRows } from './stepRows.js'

/** Gives a state the value that it has from here on: s ← value. */
export const store = ({ site }: Pick<StepRows, 'site'>, state: Scalar, value: Scalar): void =>
  site.emit('copy', { out: state.address, a: value.address, n: 1, type: F64 })

/** Gives one of two values: a where the condition is not 0, otherwise b; the other one may be no number at all. */
export const choose = ({ site }: Pick<StepRows, 'site'>, condition: Scalar, a: Scalar, b: Scalar): Scalar => {
  const out = site.temporary()
  site.emit('where', { out, a: condition.address, b: a.address, c: b.address, n: 1, type: F64 })
  return { address: out }
}
