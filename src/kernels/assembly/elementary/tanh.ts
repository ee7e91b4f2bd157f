// Twin of src/program/elementary/tanh.ts.
import { mulAdd_f32x4, mulAdd_f64x2, power_f32x4, power_f64x2, step_f32x4, step_f64x2 } from './arithmetic'
import { LN2_32, LN2_HIGH, LN2_LOW, PER_LN2, PER_LN2_32, ROUND, ROUND_32 } from './constants'
import { expOfRest_f64x2, expRest_f32x4 } from './exp'

const REACH_64: f64 = 22
const REACH_32: f32 = 10

/** tanh x in f32, to the bits of tanh32. */
@inline
export function tanh_f32x4(x: v128): v128 {
  // u = 2|x| is not waited for: 1 / ln 2 is doubled instead, and 2^k goes into t, as it does in exp.
  const whole = f32x4.abs(x)
  const size = f32x4.pmin(whole, f32x4.splat(REACH_32))
  const n = step_f32x4(size, f32x4.splat(2 * PER_LN2_32), ROUND_32)
  const k = f32x4.sub(n, f32x4.splat(ROUND_32))
  const t = f32x4.sub(f32x4.add(size, size), f32x4.mul(k, f32x4.splat(LN2_32)))
  const scale = power_f32x4(n)
  const u = f32x4.mul(scale, t)
  const scaled = mulAdd_f32x4(f32x4.mul(u, t), expRest_f32x4(t), u)
  const e = f32x4.add(f32x4.sub(scale, f32x4.splat(1)), scaled)
  return v128.or(f32x4.div(e, f32x4.add(e, f32x4.splat(2))), v128.xor(x, whole))
}

/** tanh x in f64, to the bits of tanh64. */
@inline
export function tanh_f64x2(x: v128): v128 {
  const size = f64x2.abs(x)
  const isNear = f64x2.lt(size, f64x2.splat(0.625))
  return v128.or(v128.bitselect(near_f64x2(size), far_f64x2(size), isNear), v128.xor(x, size))
}

export function tanh_f32(x: f32): f32 {
  return f32x4.extract_lane(tanh_f32x4(f32x4.splat(x)), 0)
}

export function tanh_f64(x: f64): f64 {
  return f64x2.extract_lane(tanh_f64x2(f64x2.splat(x)), 0)
}

// e^2x is far from both ends of the numbers here: one factor 2^k will do.
@inline
function far_f64x2(size: v128): v128 {
  const x = f64x2.pmin(size, f64x2.splat(REACH_64))
  const n = step_f64x2(x, f64x2.splat(2 * PER_LN2), ROUND)
  const k = f64x2.sub(n, f64x2.splat(ROUND))
  const above = f64x2.sub(f64x2.add(x, x), f64x2.mul(k, f64x2.splat(LN2_HIGH)))
  const e = f64x2.mul(expOfRest_f64x2(above, f64x2.mul(k, f64x2.splat(LN2_LOW))), power_f64x2(n))
  const one = f64x2.splat(1)
  const sum = f64x2.add(e, one)
  const lost = f64x2.sub(one, f64x2.sub(sum, e))
  const q = f64x2.div(f64x2.splat(2), sum)
  const more = f64x2.mul(f64x2.mul(f64x2.mul(f64x2.splat(0.5), q), q), lost)
  return f64x2.sub(one, f64x2.sub(q, more))
}

@inline
function near_f64x2(x: v128): v128 {
  const z = f64x2.mul(x, x)
  const u = f64x2.mul(z, z)
  let odd = step_f64x2(f64x2.splat(6.485163482793113e-6), u, 9.257116129556769e-5)
  let even = step_f64x2(f64x2.splat(-3.12011014257974e-5), u, -0.0002375906496055562)
  odd = step_f64x2(odd, u, 0.0005896606577757043)
  even = step_f64x2(even, u, -0.0014557754120478055)
  odd = step_f64x2(odd, u, 0.0035921217511549622)
  even = step_f64x2(even, u, -0.008863235103240878)
  odd = step_f64x2(odd, u, 0.021869488519008305)
  even = step_f64x2(even, u, -0.05396825396789699)
  odd = step_f64x2(odd, u, 0.13333333333333042)
  even = step_f64x2(even, u, -0.3333333333333333)
  return mulAdd_f64x2(f64x2.mul(x, z), mulAdd_f64x2(odd, z, even), x)
}
