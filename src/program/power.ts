import { shown } from '../options/shown.js'
import { pow32, pow64 } from './elementary/index.js'
import { pairwise } from './elementwise.js'
import { bringKernels } from './interpret.js'
import type { Scalar, StepRows } from './stepRows.js'

/** Gives the interpreter `pow`. It is apart because its kilobyte of digits serves few programs. */
export const bringPow = (): void => bringKernels(({ shift }) => ({ pow: pairwise(shift, shift === 2 ? pow32 : pow64) }))

/**
 * Gives a^b of two f64 scalars as an instruction of a step, for transforms and schedules of one's own.
 *
 * @example
 * const fading = { kind: 'fading', emit: (rows) => rows.scale(rows.gradient, rows.gradient, power(rows, 0.99,
 * rows.steps)) }
 * chain(fading, sgd({ learningRate: 0.1 }))
 */
export const power = ({ scalar }: Pick<StepRows, 'scalar'>, a: Scalar | number, b: Scalar | number): Scalar => {
  for (const x of [a, b])
    if (typeof x !== 'number' && typeof (x as Scalar | null)?.address !== 'number')
      throw new TypeError(`power: ${shown(x)} is given; expected a number or a scalar of the step, such as rows.steps.`)
  bringPow()
  return scalar('pow', a, b)
}
