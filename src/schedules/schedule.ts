import { checkNumber } from '../options/checkNumber.js'
import type { Scalar, StepRows } from '../program/stepRows.js'

/**
 * A learning rate that depends on the step, as data that emit rows: η_t is computed from η (the initial rate, which can
 * be set at run time) and t, the number of steps taken before this one.
 */
export interface Schedule {
  readonly kind: string
  readonly initial: number
  emit(rows: StepRows, initial: Scalar): Scalar
}

export const checkRate = (what: string, rate: number): number => {
  checkNumber(`${what}: the learning rate`, rate, {})
  return rate
}
