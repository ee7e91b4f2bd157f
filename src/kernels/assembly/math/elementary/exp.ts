// Twin of src/program/elementary/exp.ts.
import {
  clamp_f32x4,
  clamp_f64x2,
  firstFactor_f32x4,
  mulAdd_f32x4,
  mulAdd_f64x2,
  power_f32x4,
  scale_f32x4,
  scale_f64x2,
  secondFactor_f32x4,
} from './arithmetic'
import {
  all_f32x4,
  all_f64x2,
  HALF,
  HALF_32,
  LN2_HIGH,
  LN2_HIGH_32,
  LN2_LOW,
  LN2_LOW_32,
  ONE,
  ONE_32,
  PER_LN2,
  PER_LN2_32,
  ROUND,
  ROUND_32,
} from './constants'

// Beyond these bounds e^x is 0 or Infinity.
let LOWEST: v128 = all_f64x2(-746)
let HIGHEST: v128 = all_f64x2(710)
let LOWEST_32: v128 = all_f32x4(-104)
let HIGHEST_32: v128 = all_f32x4(89)

// The coefficients of the powers of t in e^t.
let E3: v128 = all_f64x2(0.1666666666666667)
let E4: v128 = all_f64x2(0.04166666666666667)
let E5: v128 = all_f64x2(0.008333333333326084)
let E6: v128 = all_f64x2(0.001388888888888384)
let E7: v128 = all_f64x2(0.0001984126987500228)
let E8: v128 = all_f64x2(2.480158732543272e-5)
let E9: v128 = all_f64x2(2.755725517000089e-6)
let E10: v128 = all_f64x2(2.7557273682072415e-7)
let E11: v128 = all_f64x2(2.5105312729622103e-8)
let E12: v128 = all_f64x2(2.0914693884565418e-9)

let E3_32: v128 = all_f32x4(0.166665763)
let E4_32: v128 = all_f32x4(0.0416665524)
let E5_32: v128 = all_f32x4(0.00836323295)
let E6_32: v128 = all_f32x4(0.00139262504)

/** e^x in f32, to the bits of exp32. */
// @ts-ignore: decorator
@inline
export function exp_f32x4(x: v128): v128 {
  return expWithin_f32x4(clamp_f32x4(x, LOWEST_32, HIGHEST_32))
}

/** e^x in f64, to the bits of exp64. */
// @ts-ignore: decorator
@inline
export function exp_f64x2(x: v128): v128 {
  return expWithin_f64x2(clamp_f64x2(x, LOWEST, HIGHEST))
}

export function exp_f32(x: f32): f32 {
  return f32x4.extract_lane(exp_f32x4(f32x4.splat(x)), 0)
}

export function exp_f64(x: f64): f64 {
  return f64x2.extract_lane(exp_f64x2(f64x2.splat(x)), 0)
}

/** e^x for x <= 0, which is what sigmoid and softplus need. */
// @ts-ignore: decorator
@inline
export function expOfNegative_f32x4(x: v128): v128 {
  return expWithin_f32x4(f32x4.pmax(x, LOWEST_32))
}

// @ts-ignore: decorator
@inline
export function expOfNegative_f64x2(x: v128): v128 {
  return expWithin_f64x2(f64x2.pmax(x, LOWEST))
}

// The first factor is multiplied into t before the polynomial is ready, so nothing waits for it. A power of two may be
// multiplied in anywhere, as long as no product underflows whose bits still count.
// @ts-ignore: decorator
@inline
function expWithin_f32x4(x: v128): v128 {
  const n = mulAdd_f32x4(x, PER_LN2_32, ROUND_32)
  const k = f32x4.sub(n, ROUND_32)
  const above = f32x4.sub(x, f32x4.mul(k, LN2_HIGH_32))
  const t = f32x4.sub(above, f32x4.mul(k, LN2_LOW_32))
  const factor = firstFactor_f32x4(n)
  const u = f32x4.mul(factor, t)
  const rest = mulAdd_f32x4(f32x4.mul(u, t), expRest_f32x4(t), u)
  return f32x4.mul(f32x4.add(factor, rest), secondFactor_f32x4(n))
}

/** The same for |x| < 40: one factor suffices there, and nothing comes near a bound. */
// @ts-ignore: decorator
@inline
export function expNear_f32x4(x: v128): v128 {
  const n = mulAdd_f32x4(x, PER_LN2_32, ROUND_32)
  const k = f32x4.sub(n, ROUND_32)
  const t = f32x4.sub(f32x4.sub(x, f32x4.mul(k, LN2_HIGH_32)), f32x4.mul(k, LN2_LOW_32))
  const factor = power_f32x4(n)
  const u = f32x4.mul(factor, t)
  return f32x4.add(factor, mulAdd_f32x4(f32x4.mul(u, t), expRest_f32x4(t), u))
}

// @ts-ignore: decorator
@inline
function expWithin_f64x2(x: v128): v128 {
  const n = mulAdd_f64x2(x, PER_LN2, ROUND)
  const k = f64x2.sub(n, ROUND)
  const above = f64x2.sub(x, f64x2.mul(k, LN2_HIGH))
  return scale_f64x2(expOfRest_f64x2(above, f64x2.mul(k, LN2_LOW)), n)
}

/** e^(x + tail) for a tail below an ulp of x, to the bits of expOfSum32. */
// @ts-ignore: decorator
@inline
export function expOfSum_f32x4(x: v128, tail: v128): v128 {
  const inside = clamp_f32x4(x, LOWEST_32, HIGHEST_32)
  const n = mulAdd_f32x4(inside, PER_LN2_32, ROUND_32)
  const k = f32x4.sub(n, ROUND_32)
  const above = f32x4.sub(inside, f32x4.mul(k, LN2_HIGH_32))
  const below = f32x4.sub(f32x4.mul(k, LN2_LOW_32), tail)
  const t = f32x4.sub(above, below)
  const lost = f32x4.sub(f32x4.sub(above, t), below)
  const one = ONE_32
  const sum = f32x4.add(one, t)
  const rest = mulAdd_f32x4(mulAdd_f32x4(t, expRest_f32x4(t), lost), t, lost)
  return scale_f32x4(f32x4.add(sum, f32x4.add(f32x4.sub(t, f32x4.sub(sum, one)), rest)), n)
}

/** The same to the bits of expOfSum64. */
// @ts-ignore: decorator
@inline
export function expOfSum_f64x2(x: v128, tail: v128): v128 {
  const inside = clamp_f64x2(x, LOWEST, HIGHEST)
  const n = mulAdd_f64x2(inside, PER_LN2, ROUND)
  const k = f64x2.sub(n, ROUND)
  const above = f64x2.sub(inside, f64x2.mul(k, LN2_HIGH))
  return scale_f64x2(expOfRest_f64x2(above, f64x2.sub(f64x2.mul(k, LN2_LOW), tail)), n)
}

/** e^(above - below), which is the part of an exp64 that remains once k ln 2 has been taken away. */
// @ts-ignore: decorator
@inline
export function expOfRest_f64x2(above: v128, below: v128): v128 {
  const t = f64x2.sub(above, below)
  const lost = f64x2.sub(f64x2.sub(above, t), below)
  const one = ONE
  const sum = f64x2.add(one, t)
  const rest = f64x2.add(lost, f64x2.mul(t, f64x2.add(lost, f64x2.mul(t, expRest_f64x2(t)))))
  return f64x2.add(sum, f64x2.add(f64x2.sub(t, f64x2.sub(sum, one)), rest))
}

// @ts-ignore: decorator
@inline
function expRest_f64x2(t: v128): v128 {
  const u = f64x2.mul(t, t)
  let even = mulAdd_f64x2(E12, u, E10)
  let odd = mulAdd_f64x2(E11, u, E9)
  even = mulAdd_f64x2(even, u, E8)
  odd = mulAdd_f64x2(odd, u, E7)
  even = mulAdd_f64x2(even, u, E6)
  odd = mulAdd_f64x2(odd, u, E5)
  even = mulAdd_f64x2(even, u, E4)
  odd = mulAdd_f64x2(odd, u, E3)
  return mulAdd_f64x2(odd, t, mulAdd_f64x2(even, u, HALF))
}

/** (e^t - 1 - t) / t^2, to the bits of expRest32. */
// @ts-ignore: decorator
@inline
export function expRest_f32x4(t: v128): v128 {
  const upper = mulAdd_f32x4(E6_32, t, E5_32)
  const lower = mulAdd_f32x4(E4_32, t, E3_32)
  return mulAdd_f32x4(mulAdd_f32x4(upper, f32x4.mul(t, t), lower), t, HALF_32)
}
