// Twin of src/program/elementary/tanh.ts.
import { mulAdd_f32x4, mulAdd_f64x2, power_f32x4, power_f64x2 } from './arithmetic'
import {
  all_f32x4,
  all_f64x2,
  HALF,
  LN2_32,
  LN2_HIGH,
  LN2_LOW,
  ONE,
  ONE_32,
  ROUND,
  ROUND_32,
  TWICE_PER_LN2,
  TWICE_PER_LN2_32,
  TWO,
  TWO_32,
} from './constants'
import { expOfRest_f64x2, expRest_f32x4 } from './exp'

// Beyond these bounds tanh is ±1; below NEAR the polynomial in x^2 is more accurate.
let REACH: v128 = all_f64x2(22)
let REACH_32: v128 = all_f32x4(10)
let NEAR: v128 = all_f64x2(0.625)

// (tanh x - x) / x^3 by the powers of x^2.
let T0: v128 = all_f64x2(-0.3333333333333333)
let T1: v128 = all_f64x2(0.13333333333333042)
let T2: v128 = all_f64x2(-0.05396825396789699)
let T3: v128 = all_f64x2(0.021869488519008305)
let T4: v128 = all_f64x2(-0.008863235103240878)
let T5: v128 = all_f64x2(0.0035921217511549622)
let T6: v128 = all_f64x2(-0.0014557754120478055)
let T7: v128 = all_f64x2(0.0005896606577757043)
let T8: v128 = all_f64x2(-0.0002375906496055562)
let T9: v128 = all_f64x2(9.257116129556769e-5)
let T10: v128 = all_f64x2(-3.12011014257974e-5)
let T11: v128 = all_f64x2(6.485163482793113e-6)

/** tanh x in f32, to the bits of tanh32. */
// @ts-ignore: decorator
@inline
export function tanh_f32x4(x: v128): v128 {
  // Nothing waits for u = 2|x|: 1 / ln 2 is doubled instead, and 2^k is multiplied into t, as in exp.
  const whole = f32x4.abs(x)
  const size = f32x4.pmin(whole, REACH_32)
  const n = mulAdd_f32x4(size, TWICE_PER_LN2_32, ROUND_32)
  const k = f32x4.sub(n, ROUND_32)
  const t = f32x4.sub(f32x4.add(size, size), f32x4.mul(k, LN2_32))
  const scale = power_f32x4(n)
  const u = f32x4.mul(scale, t)
  const scaled = mulAdd_f32x4(f32x4.mul(u, t), expRest_f32x4(t), u)
  const e = f32x4.add(f32x4.sub(scale, ONE_32), scaled)
  return v128.or(f32x4.div(e, f32x4.add(e, TWO_32)), v128.xor(x, whole))
}

/** tanh x in f64, to the bits of tanh64. */
// @ts-ignore: decorator
@inline
export function tanh_f64x2(x: v128): v128 {
  const size = f64x2.abs(x)
  const isNear = f64x2.lt(size, NEAR)
  return v128.or(v128.bitselect(near_f64x2(size), far_f64x2(size), isNear), v128.xor(x, size))
}

export function tanh_f32(x: f32): f32 {
  return f32x4.extract_lane(tanh_f32x4(f32x4.splat(x)), 0)
}

export function tanh_f64(x: f64): f64 {
  return f64x2.extract_lane(tanh_f64x2(f64x2.splat(x)), 0)
}

// e^2x is far from both ends of the range here, so one factor 2^k suffices.
// @ts-ignore: decorator
@inline
function far_f64x2(size: v128): v128 {
  const x = f64x2.pmin(size, REACH)
  const n = mulAdd_f64x2(x, TWICE_PER_LN2, ROUND)
  const k = f64x2.sub(n, ROUND)
  const above = f64x2.sub(f64x2.add(x, x), f64x2.mul(k, LN2_HIGH))
  const e = f64x2.mul(expOfRest_f64x2(above, f64x2.mul(k, LN2_LOW)), power_f64x2(n))
  const one = ONE
  const sum = f64x2.add(e, one)
  const lost = f64x2.sub(one, f64x2.sub(sum, e))
  const q = f64x2.div(TWO, sum)
  const more = f64x2.mul(f64x2.mul(f64x2.mul(HALF, q), q), lost)
  return f64x2.sub(one, f64x2.sub(q, more))
}

// @ts-ignore: decorator
@inline
function near_f64x2(x: v128): v128 {
  const z = f64x2.mul(x, x)
  const u = f64x2.mul(z, z)
  let odd = mulAdd_f64x2(T11, u, T9)
  let even = mulAdd_f64x2(T10, u, T8)
  odd = mulAdd_f64x2(odd, u, T7)
  even = mulAdd_f64x2(even, u, T6)
  odd = mulAdd_f64x2(odd, u, T5)
  even = mulAdd_f64x2(even, u, T4)
  odd = mulAdd_f64x2(odd, u, T3)
  even = mulAdd_f64x2(even, u, T2)
  odd = mulAdd_f64x2(odd, u, T1)
  even = mulAdd_f64x2(even, u, T0)
  return mulAdd_f64x2(f64x2.mul(x, z), mulAdd_f64x2(odd, z, even), x)
}
