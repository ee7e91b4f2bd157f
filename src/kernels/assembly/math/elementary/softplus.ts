// Twin of src/program/elementary/softplus.ts.
import { minusSize_f32x4, minusSize_f64x2 } from './arithmetic'
import { expOfNegative_f32x4, expOfNegative_f64x2 } from './exp'
import { log1pOfUnit_f32x4, log1pOfUnit_f64x2 } from './log'

/** ln(1 + e^x) in f32, to the bits of softplus32. */
// @ts-ignore: decorator
@inline
export function softplus_f32x4(x: v128): v128 {
  const most = f32x4.pmax(f32x4.splat(0), x)
  return f32x4.add(most, log1pOfUnit_f32x4(expOfNegative_f32x4(minusSize_f32x4(x))))
}

/** ln(1 + e^x) in f64, to the bits of softplus64. */
// @ts-ignore: decorator
@inline
export function softplus_f64x2(x: v128): v128 {
  const most = f64x2.pmax(f64x2.splat(0), x)
  return f64x2.add(most, log1pOfUnit_f64x2(expOfNegative_f64x2(minusSize_f64x2(x))))
}

export function softplus_f32(x: f32): f32 {
  return f32x4.extract_lane(softplus_f32x4(f32x4.splat(x)), 0)
}

export function softplus_f64(x: f64): f64 {
  return f64x2.extract_lane(softplus_f64x2(f64x2.splat(x)), 0)
}
