// Twin of src/program/elementary/trigonometry.ts.
import {
  clamp_f32x4,
  clamp_f64x2,
  mulAdd_f32x4,
  mulAdd_f64x2,
  sign_f32x4,
  sign_f64x2,
  step_f32x4,
  step_f64x2,
  sumError_f32x4,
  sumError_f64x2,
} from './arithmetic'
import { ROUND, ROUND_32 } from './constants'

@inline const PER_HALF_PI: f64 = 0.6366197723675814
const P1: f64 = 1.5707963267341256
const P2: f64 = 6.077100506303966e-11
const P3: f64 = 2.0222662487111665e-21
const P4: f64 = 8.4784276603689e-32

@inline const PER_HALF_PI_32: f32 = <f32>PER_HALF_PI
const P1_32: f32 = 1.5703125
const P2_32: f32 = 0.0004837512969970703
const P3_32: f32 = 7.549533620476723e-8
const P4_32: f32 = 2.5632829192545614e-12
const P5_32: f32 = 6.123234262925839e-17
@inline const BEYOND_EIGHTH: f32 = 0.79

/** sin x in f32, to the bits of sin32. */
@inline
export function sin_f32x4(x: v128): v128 {
  return v128.xor(wave_f32x4(f32x4.abs(x), 0), sign_f32x4(x))
}

/** cos x in f32, to the bits of cos32. */
@inline
export function cos_f32x4(x: v128): v128 {
  return wave_f32x4(f32x4.abs(x), 1)
}

/** sin x in f64, to the bits of sin64. */
@inline
export function sin_f64x2(x: v128): v128 {
  return v128.xor(wave_f64x2(f64x2.abs(x), 0), sign_f64x2(x))
}

/** cos x in f64, to the bits of cos64. */
@inline
export function cos_f64x2(x: v128): v128 {
  return wave_f64x2(f64x2.abs(x), 1)
}

export function sin_f32(x: f32): f32 {
  return f32x4.extract_lane(sin_f32x4(f32x4.splat(x)), 0)
}

export function cos_f32(x: f32): f32 {
  return f32x4.extract_lane(cos_f32x4(f32x4.splat(x)), 0)
}

export function sin_f64(x: f64): f64 {
  return f64x2.extract_lane(sin_f64x2(f64x2.splat(x)), 0)
}

export function cos_f64(x: f64): f64 {
  return f64x2.extract_lane(cos_f64x2(f64x2.splat(x)), 0)
}

// sin(x + turns pi/2) for x >= 0.
@inline
function wave_f64x2(x: v128, turns: i64): v128 {
  const n = step_f64x2(x, f64x2.splat(PER_HALF_PI), ROUND)
  const k = f64x2.sub(n, f64x2.splat(ROUND))
  const quarter = i64x2.add(n, i64x2.splat(turns))
  const a = f64x2.sub(x, f64x2.mul(k, f64x2.splat(P1)))
  const b = f64x2.mul(k, f64x2.splat(P2))
  const ab = f64x2.sub(a, b)
  const c = f64x2.mul(k, f64x2.splat(P3))
  const abc = f64x2.sub(ab, c)
  const errors = f64x2.add(sumError_f64x2(a, f64x2.neg(b), ab), sumError_f64x2(ab, f64x2.neg(c), abc))
  const lost = f64x2.sub(errors, f64x2.mul(k, f64x2.splat(P4)))
  const t = clamp_f64x2(f64x2.add(abc, lost), -BEYOND_EIGHTH, BEYOND_EIGHTH)
  const tail = f64x2.add(f64x2.sub(abc, t), lost)
  const isSin = i64x2.eq(v128.and(quarter, i64x2.splat(1)), i64x2.splat(0))
  const y = v128.bitselect(sinNear_f64x2(t, tail), cosNear_f64x2(t, tail), isSin)
  return clamp_f64x2(v128.xor(y, sign_f64x2(i64x2.shl(quarter, 62))), -1, 1)
}

@inline
function wave_f32x4(x: v128, turns: i32): v128 {
  const n = step_f32x4(x, f32x4.splat(PER_HALF_PI_32), ROUND_32)
  const k = f32x4.sub(n, f32x4.splat(ROUND_32))
  const quarter = i32x4.add(n, i32x4.splat(turns))
  const a = f32x4.sub(f32x4.sub(x, f32x4.mul(k, f32x4.splat(P1_32))), f32x4.mul(k, f32x4.splat(P2_32)))
  const b = f32x4.mul(k, f32x4.splat(P3_32))
  const ab = f32x4.sub(a, b)
  const c = f32x4.mul(k, f32x4.splat(P4_32))
  const abc = f32x4.sub(ab, c)
  const errors = f32x4.add(sumError_f32x4(a, f32x4.neg(b), ab), sumError_f32x4(ab, f32x4.neg(c), abc))
  const lost = f32x4.sub(errors, f32x4.mul(k, f32x4.splat(P5_32)))
  const t = clamp_f32x4(f32x4.add(abc, lost), -BEYOND_EIGHTH, BEYOND_EIGHTH)
  const tail = f32x4.add(f32x4.sub(abc, t), lost)
  const isCos = i32x4.shr_s(i32x4.shl(quarter, 31), 31)
  const y = v128.bitselect(cosNear_f32x4(t, tail), sinNear_f32x4(t, tail), isCos)
  return clamp_f32x4(v128.xor(y, sign_f32x4(i32x4.shl(quarter, 30))), -1, 1)
}

@inline
function sinNear_f64x2(t: v128, tail: v128): v128 {
  const z = f64x2.mul(t, t)
  let s = step_f64x2(f64x2.splat(1.5916480269048027e-10), z, -2.505110882200661e-8)
  s = step_f64x2(s, z, 2.755731599143529e-6)
  s = step_f64x2(s, z, -0.00019841269836543094)
  s = step_f64x2(s, z, 0.008333333333330806)
  s = step_f64x2(s, z, -0.16666666666666666)
  const most = f64x2.sub(f64x2.splat(1), f64x2.mul(f64x2.splat(0.5), z))
  return f64x2.add(t, mulAdd_f64x2(f64x2.mul(t, z), s, f64x2.mul(tail, most)))
}

@inline
function cosNear_f64x2(t: v128, tail: v128): v128 {
  const z = f64x2.mul(t, t)
  let c = step_f64x2(f64x2.splat(-1.1381600803648663e-11), z, 2.0876131865438917e-9)
  c = step_f64x2(c, z, -2.755731720221659e-7)
  c = step_f64x2(c, z, 2.480158729863089e-5)
  c = step_f64x2(c, z, -0.0013888888888887309)
  c = step_f64x2(c, z, 0.041666666666666664)
  const one = f64x2.splat(1)
  const half = f64x2.mul(f64x2.splat(0.5), z)
  const most = f64x2.sub(one, half)
  const rest = f64x2.sub(f64x2.mul(f64x2.mul(z, z), c), f64x2.mul(t, tail))
  return f64x2.add(most, f64x2.add(f64x2.sub(f64x2.sub(one, most), half), rest))
}

@inline
function sinNear_f32x4(t: v128, tail: v128): v128 {
  const z = f32x4.mul(t, t)
  const s = step_f32x4(step_f32x4(f32x4.splat(-0.000195849323), z, 0.00833273493), z, -0.166666642)
  return f32x4.add(t, mulAdd_f32x4(f32x4.mul(t, z), s, tail))
}

@inline
function cosNear_f32x4(t: v128, tail: v128): v128 {
  const z = f32x4.mul(t, t)
  const c = step_f32x4(step_f32x4(f32x4.splat(2.45449774e-5), z, -0.00138882897), z, 0.0416666642)
  const one = f32x4.splat(1)
  const half = f32x4.mul(f32x4.splat(0.5), z)
  const most = f32x4.sub(one, half)
  const rest = f32x4.sub(f32x4.mul(f32x4.mul(z, z), c), f32x4.mul(t, tail))
  return f32x4.add(most, f32x4.add(f32x4.sub(f32x4.sub(one, most), half), rest))
}
