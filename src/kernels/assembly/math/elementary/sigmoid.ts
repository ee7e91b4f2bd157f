// Twin of src/program/elementary/sigmoid.ts.
import { minusSize_f32x4, minusSize_f64x2 } from './arithmetic'
import { ONE, ONE_32 } from './constants'
import { expNear_f32x4, expOfNegative_f32x4, expOfNegative_f64x2 } from './exp'

/** 1 / (1 + e^-x) in f32, to the bits of sigmoid32. */
// @ts-ignore: decorator
@inline
export function sigmoid_f32x4(x: v128): v128 {
  return share_f32x4(x, expOfNegative_f32x4(minusSize_f32x4(x)))
}

/** e / (1 + e) where x < 0, else 1 / (1 + e), of e = e^-|x|. */
// @ts-ignore: decorator
@inline
function share_f32x4(x: v128, e: v128): v128 {
  const one = ONE_32
  return f32x4.div(f32x4.pmax(e, v128.andnot(one, i32x4.shr_s(x, 31))), f32x4.add(one, e))
}

/** 1 / (1 + e^-x) in f64, to the bits of sigmoid64. */
// @ts-ignore: decorator
@inline
export function sigmoid_f64x2(x: v128): v128 {
  const one = ONE
  const e = expOfNegative_f64x2(minusSize_f64x2(x))
  return f64x2.div(f64x2.pmax(e, v128.and(one, f64x2.ge(x, f64x2.splat(0)))), f64x2.add(one, e))
}

export function sigmoid_f32(x: f32): f32 {
  return f32x4.extract_lane(sigmoidAndPower_f32(x), 0)
}

/** The sigmoid of one x, and e^-|x| in the second lane. */
// @ts-ignore: decorator
@inline
export function sigmoidAndPower_f32(x: f32): v128 {
  const all = f32x4.splat(x)
  const away = minusSize_f32x4(all)
  // The result of a single sigmoid is waited for, and its x is seldom far from 0.
  const e = abs<f32>(x) < 40 ? expNear_f32x4(away) : expOfNegative_f32x4(away)
  return i8x16.shuffle(share_f32x4(all, e), e, 0, 1, 2, 3, 16, 17, 18, 19, 0, 1, 2, 3, 16, 17, 18, 19)
}

export function sigmoid_f64(x: f64): f64 {
  return f64x2.extract_lane(sigmoid_f64x2(f64x2.splat(x)), 0)
}
