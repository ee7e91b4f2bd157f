import { F64 } from '../program/abi.js'
import type { Opcode } from '../program/bytecode.js'
import { bringCyclic } from '../program/cyclic.js'
import type { FieldSite } from './site.js'

/** What a point in time says: the time of the day, the day of the week, and the month. */
export type TimePart = 'hour' | 'weekday' | 'month'

/** A point in time in the numbers from which its parts are computed. */
export interface TimeNumbers {
  /** The number that a row holds is divided by `divisor` and multiplied by `factor`; the result is in milliseconds. */
  readonly factor: number
  readonly divisor: number
  /** The offset of the local time from UTC, in milliseconds. */
  readonly offset: number
}

const DAY = 86400000
/** Adding and subtracting this rounds a number of less than 2⁵¹ to a whole one, because f64 has no room for more. */
const ROUNDING = 6755399441055744

/**
 * Emits sin(2πx/p) and cos(2πx/p) of each part: of the time of the day in a day; of the weekday, from Monday = 0, in 7;
 * and of the month in 12, where January begins with 0, and each day adds 5/153 to it.
 *
 * All numbers up to the fraction of a millisecond are whole, and exact in f64. A quotient of whole numbers is rounded
 * down as round((a − (b − 1)/2)/b), which is exact since the quotient is never nearer than 1/(2b) to a half.
 *
 * Cassio Neri and Lorenz Schneider, "Euclidean affine functions and their application to calendar algorithms" (2023),
 * proposition 6.3: N₁ = 4N + 3 and N₂ = 4⌊(N₁ mod 146097)/4⌋ + 3 for N days since a 1 March; ⌊(N₂ mod 1461)/4⌋ is the
 * day of a year that begins in March, and ⌊(5d + 2)/153⌋ is the month of its day d.
 */
export const emitTimeColumns = (
  { emit, raw, columns, constant, scratch }: FieldSite,
  parts: readonly TimePart[],
  { factor, divisor, offset }: TimeNumbers,
): void => {
  bringCyclic()
  const calculate = (opcode: Opcode, a: number, b: number): number => {
    const out = scratch(1)
    emit(opcode, { out, a, b, n: 1, type: F64 })
    return out
  }
  const plus = (a: number, value: number): number => (value === 0 ? a : calculate('add', a, constant(value)))
  const times = (a: number, value: number): number => (value === 1 ? a : calculate('mul', a, constant(value)))
  const over = (a: number, value: number): number => (value === 1 ? a : calculate('div', a, constant(value)))
  const minus = (a: number, b: number): number => calculate('sub', a, b)
  const rounded = (a: number): number => minus(plus(a, ROUNDING), constant(ROUNDING))
  const quotient = (a: number, b: number): number => rounded(over(plus(a, -(b - 1) / 2), b))
  const remainder = (a: number, b: number): number => minus(a, times(quotient(a, b), b))

  const local = plus(times(over(raw, divisor), factor), offset)
  // This is too large to be rounded down as above: there are not always halves of a millisecond.
  const nearest = rounded(over(local, DAY))
  const days = minus(nearest, calculate('greater', times(nearest, DAY), local))

  /** Returns the address of a part's number, and its period. */
  const cycleOf = {
    hour: () => [minus(local, times(days, DAY)), DAY],
    weekday: () => [plus(days, 3), 7],
    month() {
      const ofCentury = quotient(remainder(plus(times(plus(days, 719468), 4), 3), 146097), 4)
      const dayOfYear = quotient(remainder(plus(times(ofCentury, 4), 3), 1461), 4)
      return [plus(over(plus(times(dayOfYear, 5), 2), 153), 2), 12]
    },
  } satisfies Record<TimePart, () => [number: number, period: number]>

  const cycles = parts.map((part) => cycleOf[part]() as [number, number])
  const turns = scratch(2 * parts.length)
  cycles.forEach(([a, period], i) => {
    emit('cyclic', { out: turns + 16 * i, a, c: constant(period), type: F64 })
  })
  emit('cast', { out: columns, a: turns, n: 2 * parts.length })
}
