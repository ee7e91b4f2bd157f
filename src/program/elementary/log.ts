import { mulAdd32 } from './arithmetic.js'
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

const r = Math.fround

// x = 2^k m with m in [sqrt(1/2), sqrt(2)): counted from the bits of sqrt(1/2), k is what the exponent field says.

const THIRD_32 = r(0.333333343)
const A2_32 = r(0.200000077)
const A3_32 = r(0.142811)
const A4_32 = r(0.115249269)

/**
 * The natural logarithm in f64: ln x = k ln 2 + ln(1 + f), x = 2^k (1 + f), ln(1 + f) = 2 atanh(f / (2 + f)). The error
 * is at most 1 ulp. ln ±0 = -Infinity, ln x = NaN for x < 0, ln Infinity = Infinity, ln 1 = 0, and NaN stays NaN.
 * Subnormals are exact inputs like any other number.
 */
export const log64 = (x: number): number => {
  const subnormal = x < LEAST_NORMAL
  const scaled = subnormal ? x * TWO_54 : x
  const high = highWord(scaled)
  const k = (high - SQRT_HALF_HIGH_WORD) >> 20
  const f = scale64(scaled, -k) - 1
  return atEdges(x, x, sumUp64(subnormal ? k - 54 : k, f, 0))
}

/**
 * ln(1 + x) in f64, accurate where 1 + x is not: the bits of x that 1 + x lost come back as lost / (1 + x). The error
 * is at most 1 ulp. ln1p(±0) = ±0, ln1p(-1) = -Infinity, the result is NaN for x < -1, ln1p(Infinity) = Infinity, and
 * NaN stays NaN.
 */
export const log1p64 = (x: number): number => {
  const u = 1 + x
  const high = highWord(u)
  const k = (high - SQRT_HALF_HIGH_WORD) >> 20
  const f = scale64(u, -k) - 1
  const lost = (u < 2 ? x - (u - 1) : 1 - (u - x)) / u
  return x === 0 ? x : atEdges(u, x, k === 0 ? sumUp64(0, x, 0) : sumUp64(k, f, lost))
}

/**
 * The natural logarithm in f32, by the steps of log64. The error is at most 1 ulp; special values are those of log64.
 */
export const log32 = (x: number): number => {
  const subnormal = x < LEAST_NORMAL_32
  const bits = bitsOf32(subnormal ? r(x * TWO_24) : x)
  const k = (bits - SQRT_HALF_BITS_32) >> 23
  const f = r(fromBits32(bits - (k << 23)) - 1)
  return atEdges(x, x, sumUp32(subnormal ? k - 24 : k, f, 0))
}

/** ln(1 + x) in f32, by the steps of log1p64. The error is at most 1 ulp; special values are those of log1p64. */
export const log1p32 = (x: number): number => {
  const u = r(1 + x)
  const bits = bitsOf32(u)
  const k = (bits - SQRT_HALF_BITS_32) >> 23
  const f = r(fromBits32(bits - (k << 23)) - 1)
  const lost = r((u < 2 ? r(x - r(u - 1)) : r(1 - r(u - x))) / u)
  return x === 0 ? x : atEdges(u, x, k === 0 ? sumUp32(0, x, 0) : sumUp32(k, f, lost))
}

// k ln 2 + ln(1 + f) + tail, with the small terms added first. With s = f / (2 + f) and h = f^2 / 2, ln(1 + f) = 2 s +
// s R = f - (h - s (h + R)), most of which is f, and f is exact.
const sumUp64 = (k: number, f: number, tail: number): number => {
  const h = 0.5 * f * f
  const s = f / (2 + f)
  const q = s * s
  const R = 2 * q * (0.3333333333333333 + q * atanhRest64(q))
  return k * LN2_HIGH - (h - (s * (h + R) + (k * LN2_LOW + tail)) - f)
}

const sumUp32 = (k: number, f: number, tail: number): number => {
  const h = r(r(0.5 * f) * f)
  const s = r(f / r(2 + f))
  const q = r(s * s)
  const R = r(r(2 * q) * mulAdd32(q, atanhRest32(q), THIRD_32))
  const small = r(r(s * r(h + R)) + mulAdd32(k, LN2_LOW_32, tail))
  return r(r(k * LN2_HIGH_32) - r(r(h - small) - f))
}

// u says whether x is special; y is the result where it is not.
const atEdges = (u: number, x: number, y: number): number =>
  u > 0 ? (x < Infinity ? y : x) : u === 0 ? -Infinity : NaN

/** T in atanh(s) = s (1 + q (1/3 + q T(q))), q = s^2, for |s| <= 0.1716, in f64; from test/golden/coefficients.py. */
export const atanhRest64 = (q: number): number => {
  const u = q * q
  let even = 0.058530020640084085
  let odd = 0.058628022682377066
  even = even * u + 0.07692297401386
  odd = odd * u + 0.06667406686843506
  even = even * u + 0.11111111110824638
  odd = odd * u + 0.09090909168444662
  even = even * u + 0.2
  odd = odd * u + 0.14285714285714687
  return even + odd * q
}

/** The same T in f32. */
export const atanhRest32 = (q: number): number => mulAdd32(mulAdd32(A4_32, q, A3_32), q, A2_32)
