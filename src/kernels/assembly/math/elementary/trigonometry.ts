// Twin of src/program/elementary/trigonometry.ts.
import {
  clamp_f32x4,
  clamp_f64x2,
  mulAdd_f32x4,
  mulAdd_f64x2,
  sign_f32x4,
  sign_f64x2,
  sumError_f32x4,
  sumError_f64x2,
} from './arithmetic'
import { all_f32x4, all_f64x2, all_i64x2, HALF, HALF_32, ONE, ONE_32, ROUND, ROUND_32 } from './constants'

// x = k pi/2 + t + tail with |t| <= pi/4; where x is so large that k is wrong, t is held just beyond that bound.
let PER_HALF_PI: v128 = all_f64x2(0.6366197723675814)
let P1: v128 = all_f64x2(1.5707963267341256)
let P2: v128 = all_f64x2(6.077100506303966e-11)
let P3: v128 = all_f64x2(2.0222662487111665e-21)
let P4: v128 = all_f64x2(8.4784276603689e-32)
let LEFT: v128 = all_f64x2(-0.7900000214576721)
let RIGHT: v128 = all_f64x2(0.7900000214576721)
let MINUS_ONE: v128 = all_f64x2(-1)
let UNIT: v128 = all_i64x2(1)

let PER_HALF_PI_32: v128 = all_f32x4(0.6366197723675814)
let P1_32: v128 = all_f32x4(1.5703125)
let P2_32: v128 = all_f32x4(0.0004837512969970703)
let P3_32: v128 = all_f32x4(7.549533620476723e-8)
let P4_32: v128 = all_f32x4(2.5632829192545614e-12)
let P5_32: v128 = all_f32x4(6.123234262925839e-17)
let LEFT_32: v128 = all_f32x4(-0.79)
let RIGHT_32: v128 = all_f32x4(0.79)
let MINUS_ONE_32: v128 = all_f32x4(-1)

// The coefficients of the powers of t in sin t and cos t.
let S3: v128 = all_f64x2(-0.16666666666666666)
let S5: v128 = all_f64x2(0.008333333333330806)
let S7: v128 = all_f64x2(-0.00019841269836543094)
let S9: v128 = all_f64x2(2.755731599143529e-6)
let S11: v128 = all_f64x2(-2.505110882200661e-8)
let S13: v128 = all_f64x2(1.5916480269048027e-10)
let C4: v128 = all_f64x2(0.041666666666666664)
let C6: v128 = all_f64x2(-0.0013888888888887309)
let C8: v128 = all_f64x2(2.480158729863089e-5)
let C10: v128 = all_f64x2(-2.755731720221659e-7)
let C12: v128 = all_f64x2(2.0876131865438917e-9)
let C14: v128 = all_f64x2(-1.1381600803648663e-11)

let S3_32: v128 = all_f32x4(-0.166666642)
let S5_32: v128 = all_f32x4(0.00833273493)
let S7_32: v128 = all_f32x4(-0.000195849323)
let C4_32: v128 = all_f32x4(0.0416666642)
let C6_32: v128 = all_f32x4(-0.00138882897)
let C8_32: v128 = all_f32x4(2.45449774e-5)

/** sin x in f32, to the bits of sin32. */
// @ts-ignore: decorator
@inline
export function sin_f32x4(x: v128): v128 {
  return v128.xor(wave_f32x4(f32x4.abs(x), 0), sign_f32x4(x))
}

/** cos x in f32, to the bits of cos32. */
// @ts-ignore: decorator
@inline
export function cos_f32x4(x: v128): v128 {
  return wave_f32x4(f32x4.abs(x), 1)
}

/** sin x in f64, to the bits of sin64. */
// @ts-ignore: decorator
@inline
export function sin_f64x2(x: v128): v128 {
  return v128.xor(wave_f64x2(f64x2.abs(x), 0), sign_f64x2(x))
}

/** cos x in f64, to the bits of cos64. */
// @ts-ignore: decorator
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
// @ts-ignore: decorator
@inline
function wave_f64x2(x: v128, turns: i64): v128 {
  const n = mulAdd_f64x2(x, PER_HALF_PI, ROUND)
  const k = f64x2.sub(n, ROUND)
  const quarter = i64x2.add(n, i64x2.splat(turns))
  const a = f64x2.sub(x, f64x2.mul(k, P1))
  const b = f64x2.mul(k, P2)
  const ab = f64x2.sub(a, b)
  const c = f64x2.mul(k, P3)
  const abc = f64x2.sub(ab, c)
  const errors = f64x2.add(sumError_f64x2(a, f64x2.neg(b), ab), sumError_f64x2(ab, f64x2.neg(c), abc))
  const lost = f64x2.sub(errors, f64x2.mul(k, P4))
  const t = clamp_f64x2(f64x2.add(abc, lost), LEFT, RIGHT)
  const tail = f64x2.add(f64x2.sub(abc, t), lost)
  const isSin = i64x2.eq(v128.and(quarter, UNIT), i64x2.splat(0))
  const y = v128.bitselect(sinNear_f64x2(t, tail), cosNear_f64x2(t, tail), isSin)
  return clamp_f64x2(v128.xor(y, sign_f64x2(i64x2.shl(quarter, 62))), MINUS_ONE, ONE)
}

// @ts-ignore: decorator
@inline
function wave_f32x4(x: v128, turns: i32): v128 {
  const n = mulAdd_f32x4(x, PER_HALF_PI_32, ROUND_32)
  const k = f32x4.sub(n, ROUND_32)
  const quarter = i32x4.add(n, i32x4.splat(turns))
  const a = f32x4.sub(f32x4.sub(x, f32x4.mul(k, P1_32)), f32x4.mul(k, P2_32))
  const b = f32x4.mul(k, P3_32)
  const ab = f32x4.sub(a, b)
  const c = f32x4.mul(k, P4_32)
  const abc = f32x4.sub(ab, c)
  const errors = f32x4.add(sumError_f32x4(a, f32x4.neg(b), ab), sumError_f32x4(ab, f32x4.neg(c), abc))
  const lost = f32x4.sub(errors, f32x4.mul(k, P5_32))
  const t = clamp_f32x4(f32x4.add(abc, lost), LEFT_32, RIGHT_32)
  const tail = f32x4.add(f32x4.sub(abc, t), lost)
  const isCos = i32x4.shr_s(i32x4.shl(quarter, 31), 31)
  const y = v128.bitselect(cosNear_f32x4(t, tail), sinNear_f32x4(t, tail), isCos)
  return clamp_f32x4(v128.xor(y, sign_f32x4(i32x4.shl(quarter, 30))), MINUS_ONE_32, ONE_32)
}

// @ts-ignore: decorator
@inline
function sinNear_f64x2(t: v128, tail: v128): v128 {
  const z = f64x2.mul(t, t)
  let s = mulAdd_f64x2(S13, z, S11)
  s = mulAdd_f64x2(s, z, S9)
  s = mulAdd_f64x2(s, z, S7)
  s = mulAdd_f64x2(s, z, S5)
  s = mulAdd_f64x2(s, z, S3)
  const most = f64x2.sub(ONE, f64x2.mul(HALF, z))
  return f64x2.add(t, mulAdd_f64x2(f64x2.mul(t, z), s, f64x2.mul(tail, most)))
}

// @ts-ignore: decorator
@inline
function cosNear_f64x2(t: v128, tail: v128): v128 {
  const z = f64x2.mul(t, t)
  let c = mulAdd_f64x2(C14, z, C12)
  c = mulAdd_f64x2(c, z, C10)
  c = mulAdd_f64x2(c, z, C8)
  c = mulAdd_f64x2(c, z, C6)
  c = mulAdd_f64x2(c, z, C4)
  const one = ONE
  const half = f64x2.mul(HALF, z)
  const most = f64x2.sub(one, half)
  const rest = f64x2.sub(f64x2.mul(f64x2.mul(z, z), c), f64x2.mul(t, tail))
  return f64x2.add(most, f64x2.add(f64x2.sub(f64x2.sub(one, most), half), rest))
}

// @ts-ignore: decorator
@inline
function sinNear_f32x4(t: v128, tail: v128): v128 {
  const z = f32x4.mul(t, t)
  const s = mulAdd_f32x4(mulAdd_f32x4(S7_32, z, S5_32), z, S3_32)
  return f32x4.add(t, mulAdd_f32x4(f32x4.mul(t, z), s, tail))
}

// @ts-ignore: decorator
@inline
function cosNear_f32x4(t: v128, tail: v128): v128 {
  const z = f32x4.mul(t, t)
  const c = mulAdd_f32x4(mulAdd_f32x4(C8_32, z, C6_32), z, C4_32)
  const one = ONE_32
  const half = f32x4.mul(HALF_32, z)
  const most = f32x4.sub(one, half)
  const rest = f32x4.sub(f32x4.mul(f32x4.mul(z, z), c), f32x4.mul(t, tail))
  return f32x4.add(most, f32x4.add(f32x4.sub(f32x4.sub(one, most), half), rest))
}
