// Twin of src/program/elementary/arithmetic.ts and of scale64 and scale32 in bits.ts, lane by lane.
import { all_f32x4, all_f64x2, ONE, ONE_32, SIGN, SIGN_32 } from './constants'

let SPLIT: v128 = all_f64x2(134217729)
let SPLIT_32: v128 = all_f32x4(4097)

/** a b + c with two roundings. */
// @ts-ignore: decorator
@inline
export function mulAdd_f32x4(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c)
}

// @ts-ignore: decorator
@inline
export function mulAdd_f64x2(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(f64x2.mul(a, b), c)
}

/** Holds x within [low, high]; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function clamp_f32x4(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high)
}

// @ts-ignore: decorator
@inline
export function clamp_f64x2(x: v128, low: v128, high: v128): v128 {
  return f64x2.pmin(f64x2.pmax(x, low), high)
}

/** Keeps the sign bits alone. */
// @ts-ignore: decorator
@inline
export function sign_f32x4(x: v128): v128 {
  return v128.and(x, SIGN_32)
}

// @ts-ignore: decorator
@inline
export function sign_f64x2(x: v128): v128 {
  return v128.and(x, SIGN)
}

/** -|x|. */
// @ts-ignore: decorator
@inline
export function minusSize_f32x4(x: v128): v128 {
  return v128.or(x, SIGN_32)
}

// @ts-ignore: decorator
@inline
export function minusSize_f64x2(x: v128): v128 {
  return v128.or(x, SIGN)
}

/**
 * The factors 2^half and 2^(k - half) of the twins of scale, half = k >> 1, from the bits of n = k + ROUND. The shift
 * to the exponent field drops every bit of ROUND, so k is never taken out of n. Where n is NaN the factors are
 * arbitrary numbers, and the product stays NaN.
 */
// @ts-ignore: decorator
@inline
export function firstFactor_f32x4(n: v128): v128 {
  return i32x4.add(i32x4.shl(i32x4.shr_u(n, 1), 23), ONE_32)
}

// @ts-ignore: decorator
@inline
export function secondFactor_f32x4(n: v128): v128 {
  const half = i32x4.shl(i32x4.shr_u(n, 1), 23)
  return i32x4.add(i32x4.sub(i32x4.shl(n, 23), half), ONE_32)
}

/** 2^k from the bits of n = k + ROUND, for a k that is the exponent of a normal number. */
// @ts-ignore: decorator
@inline
export function power_f32x4(n: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), ONE_32)
}

// @ts-ignore: decorator
@inline
export function power_f64x2(n: v128): v128 {
  return i64x2.add(i64x2.shl(n, 52), ONE)
}

/** y 2^k, rounded once, from the bits of n = k + ROUND. */
// @ts-ignore: decorator
@inline
export function scale_f32x4(y: v128, n: v128): v128 {
  return f32x4.mul(f32x4.mul(y, firstFactor_f32x4(n)), secondFactor_f32x4(n))
}

// @ts-ignore: decorator
@inline
export function scale_f64x2(y: v128, n: v128): v128 {
  const half = i64x2.shl(i64x2.shr_u(n, 1), 52)
  const first = i64x2.add(half, ONE)
  const second = i64x2.add(i64x2.sub(i64x2.shl(n, 52), half), ONE)
  return f64x2.mul(f64x2.mul(y, first), second)
}

/** The rounding error of the sum s = a + b. */
// @ts-ignore: decorator
@inline
export function sumError_f32x4(a: v128, b: v128, s: v128): v128 {
  const t = f32x4.sub(s, a)
  return f32x4.add(f32x4.sub(a, f32x4.sub(s, t)), f32x4.sub(b, t))
}

// @ts-ignore: decorator
@inline
export function sumError_f64x2(a: v128, b: v128, s: v128): v128 {
  const t = f64x2.sub(s, a)
  return f64x2.add(f64x2.sub(a, f64x2.sub(s, t)), f64x2.sub(b, t))
}

/** The rounding error of the product p = a b. */
// @ts-ignore: decorator
@inline
export function productError_f32x4(a: v128, b: v128, p: v128): v128 {
  const a1 = upperHalf_f32x4(a)
  const a2 = f32x4.sub(a, a1)
  const b1 = upperHalf_f32x4(b)
  const b2 = f32x4.sub(b, b1)
  const most = f32x4.add(f32x4.sub(f32x4.mul(a1, b1), p), f32x4.mul(a1, b2))
  return f32x4.add(f32x4.add(most, f32x4.mul(a2, b1)), f32x4.mul(a2, b2))
}

// @ts-ignore: decorator
@inline
export function productError_f64x2(a: v128, b: v128, p: v128): v128 {
  const a1 = upperHalf_f64x2(a)
  const a2 = f64x2.sub(a, a1)
  const b1 = upperHalf_f64x2(b)
  const b2 = f64x2.sub(b, b1)
  const most = f64x2.add(f64x2.sub(f64x2.mul(a1, b1), p), f64x2.mul(a1, b2))
  return f64x2.add(f64x2.add(most, f64x2.mul(a2, b1)), f64x2.mul(a2, b2))
}

// @ts-ignore: decorator
@inline
function upperHalf_f32x4(x: v128): v128 {
  const t = f32x4.mul(x, SPLIT_32)
  return f32x4.sub(t, f32x4.sub(t, x))
}

// @ts-ignore: decorator
@inline
function upperHalf_f64x2(x: v128): v128 {
  const t = f64x2.mul(x, SPLIT)
  return f64x2.sub(t, f64x2.sub(t, x))
}
