// Twin of src/program/elementary/exp.ts.
import {
  clamp_f32x4,
  clamp_f64x2,
  firstFactor_f32x4,
  mulAdd_f32x4,
  mulAdd_f64x2,
  scale_f32x4,
  scale_f64x2,
  secondFactor_f32x4,
  step_f32x4,
  step_f64x2,
} from './arithmetic'
import { LN2_HIGH, LN2_HIGH_32, LN2_LOW, LN2_LOW_32, PER_LN2, PER_LN2_32, ROUND, ROUND_32 } from './constants'

/** e^x in f32, to the bits of exp32. */
@inline
export function exp_f32x4(x: v128): v128 {
  return expWithin_f32x4(clamp_f32x4(x, -104, 89))
}

/** e^x in f64, to the bits of exp64. */
@inline
export function exp_f64x2(x: v128): v128 {
  return expWithin_f64x2(clamp_f64x2(x, -746, 710))
}

export function exp_f32(x: f32): f32 {
  return f32x4.extract_lane(exp_f32x4(f32x4.splat(x)), 0)
}

export function exp_f64(x: f64): f64 {
  return f64x2.extract_lane(exp_f64x2(f64x2.splat(x)), 0)
}

/** e^x, x <= 0: what sigmoid and softplus need. */
@inline
export function expOfNegative_f32x4(x: v128): v128 {
  return expWithin_f32x4(f32x4.pmax(x, f32x4.splat(-104)))
}

@inline
export function expOfNegative_f64x2(x: v128): v128 {
  return expWithin_f64x2(f64x2.pmax(x, f64x2.splat(-746)))
}

// The first factor goes into t before the polynomial is there, where no one waits for it: a power of two may go in
// anywhere, as long as no product underflows whose bits still count.
@inline
function expWithin_f32x4(x: v128): v128 {
  const n = step_f32x4(x, f32x4.splat(PER_LN2_32), ROUND_32)
  const k = f32x4.sub(n, f32x4.splat(ROUND_32))
  const above = f32x4.sub(x, f32x4.mul(k, f32x4.splat(LN2_HIGH_32)))
  const t = f32x4.sub(above, f32x4.mul(k, f32x4.splat(LN2_LOW_32)))
  const factor = firstFactor_f32x4(n)
  const u = f32x4.mul(factor, t)
  const rest = mulAdd_f32x4(f32x4.mul(u, t), expRest_f32x4(t), u)
  return f32x4.mul(f32x4.add(factor, rest), secondFactor_f32x4(n))
}

@inline
function expWithin_f64x2(x: v128): v128 {
  const n = step_f64x2(x, f64x2.splat(PER_LN2), ROUND)
  const k = f64x2.sub(n, f64x2.splat(ROUND))
  const above = f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH)))
  return scale_f64x2(expOfRest_f64x2(above, f64x2.mul(k, f64x2.splat(LN2_LOW))), n)
}

/** e^(x + tail) for a tail below an ulp of x, to the bits of expOfSum32. */
@inline
export function expOfSum_f32x4(x: v128, tail: v128): v128 {
  const inside = clamp_f32x4(x, -104, 89)
  const n = step_f32x4(inside, f32x4.splat(PER_LN2_32), ROUND_32)
  const k = f32x4.sub(n, f32x4.splat(ROUND_32))
  const above = f32x4.sub(inside, f32x4.mul(k, f32x4.splat(LN2_HIGH_32)))
  const below = f32x4.sub(f32x4.mul(k, f32x4.splat(LN2_LOW_32)), tail)
  const t = f32x4.sub(above, below)
  const lost = f32x4.sub(f32x4.sub(above, t), below)
  const one = f32x4.splat(1)
  const sum = f32x4.add(one, t)
  const rest = mulAdd_f32x4(mulAdd_f32x4(t, expRest_f32x4(t), lost), t, lost)
  return scale_f32x4(f32x4.add(sum, f32x4.add(f32x4.sub(t, f32x4.sub(sum, one)), rest)), n)
}

/** The same to the bits of expOfSum64. */
@inline
export function expOfSum_f64x2(x: v128, tail: v128): v128 {
  const inside = clamp_f64x2(x, -746, 710)
  const n = step_f64x2(inside, f64x2.splat(PER_LN2), ROUND)
  const k = f64x2.sub(n, f64x2.splat(ROUND))
  const above = f64x2.sub(inside, f64x2.mul(k, f64x2.splat(LN2_HIGH)))
  return scale_f64x2(expOfRest_f64x2(above, f64x2.sub(f64x2.mul(k, f64x2.splat(LN2_LOW)), tail)), n)
}

/** e^(above - below), which is what is left of an exp64 once k ln 2 has been taken away. */
@inline
export function expOfRest_f64x2(above: v128, below: v128): v128 {
  const t = f64x2.sub(above, below)
  const lost = f64x2.sub(f64x2.sub(above, t), below)
  const one = f64x2.splat(1)
  const sum = f64x2.add(one, t)
  const rest = f64x2.add(lost, f64x2.mul(t, f64x2.add(lost, f64x2.mul(t, expRest_f64x2(t)))))
  return f64x2.add(sum, f64x2.add(f64x2.sub(t, f64x2.sub(sum, one)), rest))
}

@inline
function expRest_f64x2(t: v128): v128 {
  const u = f64x2.mul(t, t)
  let even = step_f64x2(f64x2.splat(2.0914693884565418e-9), u, 2.7557273682072415e-7)
  let odd = step_f64x2(f64x2.splat(2.5105312729622103e-8), u, 2.755725517000089e-6)
  even = step_f64x2(even, u, 2.480158732543272e-5)
  odd = step_f64x2(odd, u, 0.0001984126987500228)
  even = step_f64x2(even, u, 0.001388888888888384)
  odd = step_f64x2(odd, u, 0.008333333333326084)
  even = step_f64x2(even, u, 0.04166666666666667)
  odd = step_f64x2(odd, u, 0.1666666666666667)
  return mulAdd_f64x2(odd, t, step_f64x2(even, u, 0.5))
}

/** (e^t - 1 - t) / t^2, to the bits of expRest32. */
@inline
export function expRest_f32x4(t: v128): v128 {
  let p = step_f32x4(f32x4.splat(0.00139262504), t, 0.00836323295)
  p = step_f32x4(p, t, 0.0416665524)
  p = step_f32x4(p, t, 0.166665763)
  return step_f32x4(p, t, 0.5)
}
