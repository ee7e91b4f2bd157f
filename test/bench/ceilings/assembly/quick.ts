// These functions have a short latency from x to the result, which limits the dependency chain from row to row.

import {
  all_f32x4,
  LN2_32,
  LN2_HIGH_32,
  LN2_LOW_32,
  PER_LN2_32,
  ROUND_32,
  TWICE_PER_LN2_32,
} from '../../../../src/kernels/assembly/math/elementary/constants'

// The coefficients of e^u for |u| ≤ 1/2, with a relative error of at most 4e-8.
const A1: v128 = all_f32x4(1.0000003576278687)
const A2: v128 = all_f32x4(0.5000000596046448)
const A3: v128 = all_f32x4(0.1666557490825653)
const A4: v128 = all_f32x4(0.04166530445218086)
const A5: v128 = all_f32x4(0.008420516736805439)
const A6: v128 = all_f32x4(0.001399777363985777)
// The coefficients of (e^u − 1)/u in powers of u.
const S3: v128 = all_f32x4(0.16666667)
const S4: v128 = all_f32x4(0.041666668)
const S5: v128 = all_f32x4(0.008333334)
const S6: v128 = all_f32x4(0.0013888889)
const S7: v128 = all_f32x4(0.0001984127)
// The coefficients of log(1 + e)/e in powers of e − 1/2 for 0 ≤ e ≤ 1, with a relative error of at most 4e-8.
const L0: v128 = all_f32x4(0.8109301924705505)
const L1: v128 = all_f32x4(-0.2885266840457916)
const L2: v128 = all_f32x4(0.1326095014810562)
const L3: v128 = all_f32x4(-0.06771118938922882)
const L4: v128 = all_f32x4(0.03662560507655144)
const L5: v128 = all_f32x4(-0.020230339840054512)
const L6: v128 = all_f32x4(0.011639575473964214)
const L7: v128 = all_f32x4(-0.008569655939936638)
const L8: v128 = all_f32x4(0.005126102361828089)
// The coefficients of (e^t − 1 − t)/t² in powers of t, as the framework has them.
const T3: v128 = all_f32x4(0.166665763)
const T4: v128 = all_f32x4(0.0416665524)
const T5: v128 = all_f32x4(0.00836323295)
const T6: v128 = all_f32x4(0.00139262504)
const REACH: v128 = all_f32x4(10)
const TWO: v128 = all_f32x4(2)
const HALF: v128 = all_f32x4(0.5)
const ONE: v128 = all_f32x4(1)
const LOWEST: v128 = all_f32x4(-87)
const HIGHEST: v128 = all_f32x4(87)

/** Returns e^u for |u| ≤ 1/2; pairs of terms are computed in parallel. */
// @ts-expect-error: decorator
@inline
export function expNear(u: v128): v128 {
  const square = f32x4.mul(u, u)
  const low = f32x4.add(ONE, f32x4.mul(A1, u))
  const middle = f32x4.add(A2, f32x4.mul(A3, u))
  const high = f32x4.add(f32x4.add(A4, f32x4.mul(A5, u)), f32x4.mul(A6, square))
  const upper = f32x4.mul(f32x4.mul(square, square), high)
  return f32x4.add(f32x4.add(low, f32x4.mul(square, middle)), upper)
}

/** Returns (e^u − 1)/u for |u| ≤ 1/2. */
// @ts-expect-error: decorator
@inline
export function expSlopeNear(u: v128): v128 {
  const square = f32x4.mul(u, u)
  const low = f32x4.add(ONE, f32x4.mul(HALF, u))
  const middle = f32x4.add(S3, f32x4.mul(S4, u))
  const high = f32x4.add(f32x4.add(S5, f32x4.mul(S6, u)), f32x4.mul(S7, square))
  return f32x4.add(f32x4.add(low, f32x4.mul(square, middle)), f32x4.mul(f32x4.mul(square, square), high))
}

/** Returns e^x with x clipped to [−87, 88], so that it is neither 0 nor ∞. */
// @ts-expect-error: decorator
@inline
export function expFar(x: v128): v128 {
  const inside = f32x4.pmin(f32x4.pmax(x, LOWEST), HIGHEST)
  const n = f32x4.add(f32x4.mul(inside, PER_LN2_32), ROUND_32)
  const k = f32x4.sub(n, ROUND_32)
  const t = f32x4.sub(f32x4.sub(inside, f32x4.mul(k, LN2_HIGH_32)), f32x4.mul(k, LN2_LOW_32))
  // The factor 2^k never leaves the normal numbers here.
  return i32x4.add(expNear(t), i32x4.shl(n, 23))
}

/** Returns log(1 + e) for 0 ≤ e ≤ 1, without a division. */
// @ts-expect-error: decorator
@inline
export function log1pOfUnit(e: v128): v128 {
  const s = f32x4.sub(e, HALF)
  let r = f32x4.add(f32x4.mul(L8, s), L7)
  r = f32x4.add(f32x4.mul(r, s), L6)
  r = f32x4.add(f32x4.mul(r, s), L5)
  r = f32x4.add(f32x4.mul(r, s), L4)
  r = f32x4.add(f32x4.mul(r, s), L3)
  r = f32x4.add(f32x4.mul(r, s), L2)
  r = f32x4.add(f32x4.mul(r, s), L1)
  return f32x4.mul(e, f32x4.add(f32x4.mul(r, s), L0))
}

/** Returns tanh x as the framework does, (e^2|x| − 1)/(e^2|x| + 1), with its sums in parallel where possible. */
// @ts-expect-error: decorator
@inline
export function tanhQuick(x: v128): v128 {
  const whole = f32x4.abs(x)
  const size = f32x4.pmin(whole, REACH)
  const n = f32x4.add(f32x4.mul(size, TWICE_PER_LN2_32), ROUND_32)
  const t = f32x4.sub(f32x4.add(size, size), f32x4.mul(f32x4.sub(n, ROUND_32), LN2_32))
  const scale = i32x4.add(i32x4.shl(n, 23), ONE)
  const square = f32x4.mul(t, t)
  const high = f32x4.add(f32x4.add(T4, f32x4.mul(T5, t)), f32x4.mul(T6, square))
  const rest = f32x4.add(f32x4.add(HALF, f32x4.mul(T3, t)), f32x4.mul(square, high))
  const most = f32x4.add(f32x4.sub(scale, ONE), f32x4.mul(scale, t))
  const last = f32x4.mul(f32x4.mul(scale, square), rest)
  const above = f32x4.add(f32x4.add(most, TWO), last)
  return v128.or(f32x4.div(f32x4.add(most, last), above), v128.xor(x, whole))
}
