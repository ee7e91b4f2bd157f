import { clamp, productError32, productError64, sumError32, sumError64 } from './arithmetic.js'
import { bitsOf32, fromBits32, highWord, scale64 } from './bits.js'
import {
  LEAST_NORMAL,
  LEAST_NORMAL_32,
  LN2_HIGH,
  LN2_HIGH_32,
  LN2_LOW,
  LN2_LOW_32,
  SQRT_HALF_BITS_32,
  SQRT_HALF_HIGH_WORD,
  TWO_24,
  TWO_54,
} from './constants.js'
import { expOfSum32, expOfSum64 } from './exp.js'
import { atanhRest32, atanhRest64 } from './log.js'

const r = Math.fround

/**
 * x^y in f64: e^(y ln |x|) with y ln |x| held in two numbers, and the sign of x for an odd integer y. The error is at
 * most 1 ulp. x^0 = 1, x^1 = x, x^2 = x x and x^-1 = 1/x to the bit, and so is an integer power that fits in 53 bits.
 * Special values are those of ECMAScript's power: NaN for x < 0 and a y that is no integer, for |x| = 1 and y =
 * ±Infinity, and for y = NaN; ±0 and ±Infinity keep their signs for an odd y.
 */
export const pow64 = (x: number, y: number): number =>
  y === 2
    ? x * x
    : y === -1
      ? 1 / x
      : y === 1
        ? x
        : signed(x, y, isPlain(x, y) ? plain64(Math.abs(x), y) : special(x, y))

/** x^y in f32, by the steps of pow64. The error is at most 1 ulp; special values are those of pow64. */
export const pow32 = (x: number, y: number): number =>
  y === 2
    ? r(x * x)
    : y === -1
      ? r(1 / x)
      : y === 1
        ? x
        : signed(x, y, isPlain(x, y) ? plain32(Math.abs(x), y) : special(x, y))

const isPlain = (x: number, y: number): boolean => x - x === 0 && y - y === 0 && x !== 0 && y !== 0

// |x|^y where x or y is ±0, ±Infinity or NaN.
const special = (x: number, y: number): number => {
  const size = Math.abs(x)
  if (y === 0) return 1
  if (Number.isNaN(x) || Number.isNaN(y) || (size === 1 && y - y !== 0)) return NaN
  return size > 1 === y > 0 ? Infinity : 0
}

const signed = (x: number, y: number, power: number): number => {
  const negative = x < 0 || 1 / x < 0
  if (!negative || y === 0) return power
  const half = 0.5 * y
  const odd = Math.floor(y) === y && Math.floor(half) !== half
  if (odd) return -power
  return x < 0 && x > -Infinity && Math.floor(y) !== y ? NaN : power
}

const THIRD = 0.3333333333333333
const THIRD_REST = 1.850371707708594e-17

// ln x = k ln 2 + 2 s (1 + q (1/3 + q T(q))) in two f64 called head and headTail, which are then multiplied by y
// likewise. Only q T(q) may be rounded freely: an error of half an ulp in the rest would be multiplied by y ln x in the
// power.
const plain64 = (x: number, y: number): number => {
  const subnormal = x < LEAST_NORMAL
  const scaled = subnormal ? x * TWO_54 : x
  const high = highWord(scaled)
  const exponent = (high - SQRT_HALF_HIGH_WORD) >> 20
  const f = scale64(scaled, -exponent) - 1
  const k = subnormal ? exponent - 54 : exponent

  const d = 2 + f
  const dTail = f - (d - 2)
  const s = f / d
  const sd = s * d
  const sTail = (f - sd - productError64(s, d, sd) - s * dTail) / d

  const q = s * s
  const qTail = productError64(s, s, q) + 2 * s * sTail
  const rest = q * atanhRest64(q)
  const v = THIRD + rest
  const vTail = rest - (v - THIRD) + THIRD_REST
  const w = q * v
  const wTail = productError64(q, v, w) + (q * vTail + qTail * v)

  const a = 2 * s
  const b = a * w
  const bTail = productError64(a, w, b) + (a * wTail + 2 * sTail * w)
  const ab = a + b
  const abTail = b - (ab - a) + (bTail + 2 * sTail)

  const base = k * LN2_HIGH
  const sum = base + ab
  const sumTail = sumError64(base, ab, sum) + (abTail + k * LN2_LOW)
  const head = sum + sumTail
  const headTail = sumTail - (head - sum)

  // |ln x| >= 2^-53, so a y beyond 1e19 overflows or underflows as 1e19 itself does.
  const factor = clamp(y, -1e19, 1e19)
  const power = factor * head
  const powerTail = productError64(factor, head, power) + factor * headTail
  return expOfSum64(power, Math.abs(power) < 746 ? powerTail : 0)
}

const THIRD_32 = r(0.333333343)
const THIRD_REST_32 = r(-9.93410776e-9)

// The same steps in f32.
const plain32 = (x: number, y: number): number => {
  const subnormal = x < LEAST_NORMAL_32
  const bits = bitsOf32(subnormal ? r(x * TWO_24) : x)
  const exponent = (bits - SQRT_HALF_BITS_32) >> 23
  const f = r(fromBits32(bits - (exponent << 23)) - 1)
  const k = subnormal ? exponent - 24 : exponent

  const d = r(2 + f)
  const dTail = r(f - r(d - 2))
  const s = r(f / d)
  const sd = r(s * d)
  const sTail = r(r(r(r(f - sd) - productError32(s, d, sd)) - r(s * dTail)) / d)

  const q = r(s * s)
  const qTail = r(productError32(s, s, q) + r(r(2 * s) * sTail))
  const rest = r(q * atanhRest32(q))
  const v = r(THIRD_32 + rest)
  const vTail = r(r(rest - r(v - THIRD_32)) + THIRD_REST_32)
  const w = r(q * v)
  const wTail = r(productError32(q, v, w) + r(r(q * vTail) + r(qTail * v)))

  const a = r(2 * s)
  const b = r(a * w)
  const bTail = r(productError32(a, w, b) + r(r(a * wTail) + r(r(2 * sTail) * w)))
  const ab = r(a + b)
  const abTail = r(r(b - r(ab - a)) + r(bTail + r(2 * sTail)))

  const base = r(k * LN2_HIGH_32)
  const sum = r(base + ab)
  const sumTail = r(sumError32(base, ab, sum) + r(abTail + r(k * LN2_LOW_32)))
  const head = r(sum + sumTail)
  const headTail = r(sumTail - r(head - sum))

  // |ln x| >= 2^-24, so a y beyond 4e9 overflows or underflows as 4e9 itself does.
  const factor = clamp(y, -4e9, 4e9)
  const power = r(factor * head)
  const powerTail = r(productError32(factor, head, power) + r(factor * headTail))
  return expOfSum32(power, Math.abs(power) < 104 ? powerTail : 0)
}
