import { F64 } from './abi.js'
import { bringCyclic } from './cyclic.js'
import type { Scalar, StepRows } from './stepRows.js'

/** Gives sin(2πx/period) of an f64 scalar as an instruction of a step. */
export const sine = ({ constant, site }: Pick<StepRows, 'constant' | 'site'>, x: Scalar, period: number): Scalar => {
  bringCyclic()
  const out = site.temporary()
  // The cosine goes behind the sine.
  site.temporary()
  site.emit('cyclic', { out, a: x.address, c: constant(period).address, type: F64 })
  return { address: out }
}
