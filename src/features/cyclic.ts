/** A number that comes round again: an hour of 24, a compass bearing of 360. */
export interface CyclicField {
  readonly kind: 'cyclic'
  readonly period: number
  readonly missing: 'zero' | 'reject'
}

/**
 * A cyclic column: two inputs, sin(2πx/period) and cos(2πx/period), so that 23:00 stands beside 0:00. Any number is
 * taken; a row without it reads as (0, 0).
 *
 * @example
 * cyclic(24)   // the hour of a day
 */
export const cyclic = (
  period: number,
  { missing = 'zero' }: { missing?: CyclicField['missing'] } = {},
): CyclicField => {
  if (!(period > 0 && Number.isFinite(period)))
    throw new RangeError(`cyclic: period is ${period}; expected a number above 0, such as 24 for hours.`)
  return { kind: 'cyclic', period, missing }
}
