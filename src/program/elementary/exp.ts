import { clamp, mulAdd32 } from './arithmetic.js'
import { scale32, scale64 } from './bits.js'
import { LN2_HIGH, LN2_HIGH_32, LN2_LOW, LN2_LOW_32, PER_LN2, PER_LN2_32, ROUND, ROUND_32 } from './constants.js'

const r = Math.fround

// x = k ln 2 + t with |t| <= ln 2 / 2 (Cody and Waite). The first part of ln 2 has so few bits that k times it
// is exact.

/**
 * e^x in f64: e^x = 2^k (1 + t + t^2 P(t)), x = k ln 2 + t, where P has degree 10. The error is at most 1 ulp. e^±0 =
 * 1, e^-Infinity = 0, e^Infinity = Infinity, and NaN stays NaN. Above 709.78 the result is Infinity; below -708.4 it
 * passes through the subnormals to 0.
 */
export const exp64 = (x: number): number => expOfSum64(x, 0)

/** e^(x + tail) in f64 for a tail below an ulp of x, which pow needs in order to keep its last bits. */
export const expOfSum64 = (x: number, tail: number): number => {
  const inside = clamp(x, -746, 710)
  const k = inside * PER_LN2 + ROUND - ROUND
  const above = inside - k * LN2_HIGH
  const below = k * LN2_LOW - tail
  const t = above - below
  const lost = above - t - below
  const sum = 1 + t
  return scale64(sum + (t - (sum - 1) + (lost + t * (lost + t * rest64(t)))), k | 0)
}

/**
 * e^x in f32: e^x = 2^k (1 + (t + t^2 P(t))), x = k ln 2 + t, where P has degree 4. The error is at most 1 ulp. e^±0 =
 * 1, e^-Infinity = 0, e^Infinity = Infinity, and NaN stays NaN. Above 88.72 the result is Infinity; below -87.3 it
 * passes through the subnormals to 0.
 */
export const exp32 = (x: number): number => {
  const inside = clamp(x, -104, 89)
  const k = r(mulAdd32(inside, PER_LN2_32, ROUND_32) - ROUND_32)
  const t = r(r(inside - r(k * LN2_HIGH_32)) - r(k * LN2_LOW_32))
  return scale32(r(1 + mulAdd32(r(t * t), expRest32(t), t)), k | 0)
}

/** e^(x + tail) in f32 for a tail below an ulp of x; the bits that the sums lose are added back. */
export const expOfSum32 = (x: number, tail: number): number => {
  const inside = clamp(x, -104, 89)
  const k = r(mulAdd32(inside, PER_LN2_32, ROUND_32) - ROUND_32)
  const above = r(inside - r(k * LN2_HIGH_32))
  const below = r(r(k * LN2_LOW_32) - tail)
  const t = r(above - below)
  const lost = r(r(above - t) - below)
  const sum = r(1 + t)
  return scale32(r(sum + r(r(t - r(sum - 1)) + mulAdd32(mulAdd32(t, expRest32(t), lost), t, lost))), k | 0)
}

// P(t) = (e^t - 1 - t) / t^2, from test/golden/coefficients.py. In f64 it is evaluated in two chains that run in
// parallel.
const rest64 = (t: number): number => {
  const u = t * t
  let even = 2.0914693884565418e-9
  let odd = 2.5105312729622103e-8
  even = even * u + 2.7557273682072415e-7
  odd = odd * u + 2.755725517000089e-6
  even = even * u + 2.480158732543272e-5
  odd = odd * u + 0.0001984126987500228
  even = even * u + 0.001388888888888384
  odd = odd * u + 0.008333333333326084
  even = even * u + 0.04166666666666667
  odd = odd * u + 0.1666666666666667
  return even * u + 0.5 + odd * t
}

const E3 = r(0.166665763)
const E4 = r(0.0416665524)
const E5 = r(0.00836323295)
const E6 = r(0.00139262504)
/** P in f32: its halves are evaluated in parallel, so that the chain of dependent operations is shorter. */
export const expRest32 = (t: number): number =>
  mulAdd32(mulAdd32(mulAdd32(E6, t, E5), r(t * t), mulAdd32(E4, t, E3)), t, 0.5)
