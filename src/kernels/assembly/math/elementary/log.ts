// Twin of src/program/elementary/log.ts.
import { mulAdd_f32x4, mulAdd_f64x2, sign_f32x4, sign_f64x2 } from './arithmetic'
import {
  all_f32x4,
  all_f64x2,
  all_i64x2,
  EXPONENT,
  EXPONENT_32,
  FIFTY_FOUR,
  HALF,
  HALF_32,
  INFINITE,
  INFINITE_32,
  LEAST_NORMAL,
  LEAST_NORMAL_32,
  LN2_HIGH,
  LN2_HIGH_32,
  LN2_LOW,
  LN2_LOW_32,
  MINUS_INFINITE,
  MINUS_INFINITE_32,
  ONE,
  ONE_32,
  SQRT_HALF_BITS,
  SQRT_HALF_BITS_32,
  SQRT_TWO,
  SQRT_TWO_32,
  THIRD,
  THIRD_32,
  TWENTY_FOUR_32,
  TWO,
  TWO_24,
  TWO_32,
  TWO_54,
} from './constants'

// 2^52 + 2048, and the bits of 2^52 with the sign of a 12-bit integer to be turned.
let LARGE: v128 = all_f64x2(4503599627372544)
let LARGE_BITS: v128 = all_i64x2(0x4330000000000800)

// (atanh(s) / s - 1 - q / 3) / q^2 by the powers of q = s^2.
let A2: v128 = all_f64x2(0.2)
let A3: v128 = all_f64x2(0.14285714285714687)
let A4: v128 = all_f64x2(0.11111111110824638)
let A5: v128 = all_f64x2(0.09090909168444662)
let A6: v128 = all_f64x2(0.07692297401386)
let A7: v128 = all_f64x2(0.06667406686843506)
let A8: v128 = all_f64x2(0.058530020640084085)
let A9: v128 = all_f64x2(0.058628022682377066)

let A2_32: v128 = all_f32x4(0.200000077)
let A3_32: v128 = all_f32x4(0.142811)
let A4_32: v128 = all_f32x4(0.115249269)

/** ln x in f32, to the bits of log32. */
// @ts-ignore: decorator
@inline
export function log_f32x4(x: v128): v128 {
  const subnormal = isSubnormal_f32x4(x)
  const bits = normal_f32x4(x, subnormal)
  const counted = counted_f32x4(bits)
  const k = f32x4.sub(exponent_f32x4(counted), v128.and(subnormal, TWENTY_FOUR_32))
  const base = atEdges_f32x4(x, x, f32x4.mul(k, LN2_HIGH_32))
  return sumUp_f32x4(base, fraction_f32x4(bits, counted), f32x4.mul(k, LN2_LOW_32))
}

/** ln x in f64, to the bits of log64. */
// @ts-ignore: decorator
@inline
export function log_f64x2(x: v128): v128 {
  const subnormal = isSubnormal_f64x2(x)
  const bits = normal_f64x2(x, subnormal)
  const counted = counted_f64x2(bits)
  const k = f64x2.sub(exponent_f64x2(counted), v128.and(subnormal, FIFTY_FOUR))
  const base = atEdges_f64x2(x, x, f64x2.mul(k, LN2_HIGH))
  return sumUp_f64x2(base, fraction_f64x2(bits, counted), f64x2.mul(k, LN2_LOW))
}

/** ln(1 + x) in f32, to the bits of log1p32. */
// @ts-ignore: decorator
@inline
export function log1p_f32x4(x: v128): v128 {
  const one = ONE_32
  const two = TWO_32
  const u = f32x4.add(one, x)
  const counted = counted_f32x4(u)
  const k = exponent_f32x4(counted)
  const isZero = f32x4.eq(k, f32x4.splat(0))
  const f = v128.bitselect(x, fraction_f32x4(u, counted), isZero)
  const below = f32x4.sub(x, f32x4.sub(u, one))
  const above = f32x4.sub(one, f32x4.sub(u, x))
  const lost = f32x4.div(v128.bitselect(below, above, f32x4.lt(u, two)), u)
  // At the edges u is 0 or Infinity and `lost` is NaN, which must not reach the sum.
  const inner = v128.andnot(f32x4.lt(f32x4.abs(lost), one), isZero)
  const base = atEdges_f32x4(u, x, f32x4.mul(k, LN2_HIGH_32))
  const y = sumUp_f32x4(base, f, mulAdd_f32x4(k, LN2_LOW_32, v128.and(lost, inner)))
  // The sum of zeros is +0, and every other result already has the sign of x.
  return v128.or(y, sign_f32x4(x))
}

/** ln(1 + x) in f64, to the bits of log1p64. */
// @ts-ignore: decorator
@inline
export function log1p_f64x2(x: v128): v128 {
  const one = ONE
  const two = TWO
  const u = f64x2.add(one, x)
  const counted = counted_f64x2(u)
  const k = exponent_f64x2(counted)
  const isZero = f64x2.eq(k, f64x2.splat(0))
  const f = v128.bitselect(x, fraction_f64x2(u, counted), isZero)
  const below = f64x2.sub(x, f64x2.sub(u, one))
  const above = f64x2.sub(one, f64x2.sub(u, x))
  const lost = f64x2.div(v128.bitselect(below, above, f64x2.lt(u, two)), u)
  const inner = v128.andnot(f64x2.lt(f64x2.abs(lost), one), isZero)
  const base = atEdges_f64x2(u, x, f64x2.mul(k, LN2_HIGH))
  const y = sumUp_f64x2(base, f, mulAdd_f64x2(k, LN2_LOW, v128.and(lost, inner)))
  return v128.or(y, sign_f64x2(x))
}

export function log_f32(x: f32): f32 {
  return f32x4.extract_lane(log_f32x4(f32x4.splat(x)), 0)
}

export function log_f64(x: f64): f64 {
  return f64x2.extract_lane(log_f64x2(f64x2.splat(x)), 0)
}

export function log1p_f32(x: f32): f32 {
  return f32x4.extract_lane(log1p_f32x4(f32x4.splat(x)), 0)
}

export function log1p_f64(x: f64): f64 {
  return f64x2.extract_lane(log1p_f64x2(f64x2.splat(x)), 0)
}

/**
 * ln(1 + e) for 0 <= e <= 1 or NaN, to the bits of log1p: 1 + e <= 2, so k is 0 or 1, nothing is at an edge, and
 * at 1 + e = 2 nothing is lost.
 */
// @ts-ignore: decorator
@inline
export function log1pOfUnit_f32x4(e: v128): v128 {
  const one = ONE_32
  const u = f32x4.add(one, e)
  const isOne = f32x4.ge(u, SQRT_TWO_32)
  const f = v128.bitselect(f32x4.sub(f32x4.mul(HALF_32, u), one), e, isOne)
  const inner = v128.and(isOne, f32x4.lt(u, TWO_32))
  const lost = f32x4.div(v128.and(f32x4.sub(e, f32x4.sub(u, one)), inner), u)
  const low = f32x4.add(v128.and(isOne, LN2_LOW_32), lost)
  return sumUp_f32x4(v128.and(isOne, LN2_HIGH_32), f, low)
}

// @ts-ignore: decorator
@inline
export function log1pOfUnit_f64x2(e: v128): v128 {
  const one = ONE
  const u = f64x2.add(one, e)
  const isOne = f64x2.ge(u, SQRT_TWO)
  const f = v128.bitselect(f64x2.sub(f64x2.mul(HALF, u), one), e, isOne)
  const inner = v128.and(isOne, f64x2.lt(u, TWO))
  const lost = f64x2.div(v128.and(f64x2.sub(e, f64x2.sub(u, one)), inner), u)
  const low = f64x2.add(v128.and(isOne, LN2_LOW), lost)
  return sumUp_f64x2(v128.and(isOne, LN2_HIGH), f, low)
}

// --- x = 2^k (1 + f) ---

// @ts-ignore: decorator
@inline
export function isSubnormal_f32x4(x: v128): v128 {
  return f32x4.lt(x, LEAST_NORMAL_32)
}

// @ts-ignore: decorator
@inline
export function isSubnormal_f64x2(x: v128): v128 {
  return f64x2.lt(x, LEAST_NORMAL)
}

/** Scales x to a normal number where it is not normal. */
// @ts-ignore: decorator
@inline
export function normal_f32x4(x: v128, subnormal: v128): v128 {
  return v128.bitselect(f32x4.mul(x, TWO_24), x, subnormal)
}

// @ts-ignore: decorator
@inline
export function normal_f64x2(x: v128, subnormal: v128): v128 {
  return v128.bitselect(f64x2.mul(x, TWO_54), x, subnormal)
}

/** The bits of x, counted from those of sqrt(1/2): k stands in the sign and exponent. */
// @ts-ignore: decorator
@inline
export function counted_f32x4(bits: v128): v128 {
  return i32x4.sub(bits, SQRT_HALF_BITS_32)
}

// @ts-ignore: decorator
@inline
export function counted_f64x2(bits: v128): v128 {
  return i64x2.sub(bits, SQRT_HALF_BITS)
}

// @ts-ignore: decorator
@inline
export function exponent_f32x4(counted: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.shr_s(counted, 23))
}

// No instruction converts an i64 to an f64. Below the exponent of 2^52, the 12 bits of k with their sign flipped are k
// + 2048.
// @ts-ignore: decorator
@inline
export function exponent_f64x2(counted: v128): v128 {
  const large = v128.xor(i64x2.shr_u(counted, 52), LARGE_BITS)
  return f64x2.sub(large, LARGE)
}

// @ts-ignore: decorator
@inline
export function fraction_f32x4(bits: v128, counted: v128): v128 {
  return f32x4.sub(i32x4.sub(bits, v128.and(counted, EXPONENT_32)), ONE_32)
}

// @ts-ignore: decorator
@inline
export function fraction_f64x2(bits: v128, counted: v128): v128 {
  return f64x2.sub(i64x2.sub(bits, v128.and(counted, EXPONENT)), ONE)
}

// --- the sum ---

// base + ln(1 + f) + low, where base + low = k ln 2.
// @ts-ignore: decorator
@inline
function sumUp_f32x4(base: v128, f: v128, low: v128): v128 {
  const h = f32x4.mul(f32x4.mul(HALF_32, f), f)
  const s = f32x4.div(f, f32x4.add(TWO_32, f))
  const q = f32x4.mul(s, s)
  const R = f32x4.mul(f32x4.add(q, q), mulAdd_f32x4(q, atanhRest_f32x4(q), THIRD_32))
  const small = mulAdd_f32x4(s, f32x4.add(h, R), low)
  return f32x4.sub(base, f32x4.sub(f32x4.sub(h, small), f))
}

// @ts-ignore: decorator
@inline
function sumUp_f64x2(base: v128, f: v128, low: v128): v128 {
  const h = f64x2.mul(f64x2.mul(HALF, f), f)
  const s = f64x2.div(f, f64x2.add(TWO, f))
  const q = f64x2.mul(s, s)
  const R = f64x2.mul(f64x2.add(q, q), mulAdd_f64x2(q, atanhRest_f64x2(q), THIRD))
  const small = mulAdd_f64x2(s, f64x2.add(h, R), low)
  return f64x2.sub(base, f64x2.sub(f64x2.sub(h, small), f))
}

// The base, or what makes the whole sum come out as atEdges says, which is decided early, while the polynomial is still
// being computed: x where x is Infinity or NaN, NaN where u < 0, and -Infinity where u = 0. In each of these cases f
// and low are finite, except for NaN.
// @ts-ignore: decorator
@inline
function atEdges_f32x4(u: v128, x: v128, base: v128): v128 {
  const zero = f32x4.splat(0)
  const finite = v128.bitselect(base, x, f32x4.lt(x, INFINITE_32))
  const least = v128.and(f32x4.eq(u, zero), MINUS_INFINITE_32)
  return v128.or(f32x4.add(finite, least), f32x4.lt(u, zero))
}

// @ts-ignore: decorator
@inline
function atEdges_f64x2(u: v128, x: v128, base: v128): v128 {
  const zero = f64x2.splat(0)
  const finite = v128.bitselect(base, x, f64x2.lt(x, INFINITE))
  const least = v128.and(f64x2.eq(u, zero), MINUS_INFINITE)
  return v128.or(f64x2.add(finite, least), f64x2.lt(u, zero))
}

/** T in atanh(s) = s (1 + q (1/3 + q T(q))), to the bits of atanhRest64. */
// @ts-ignore: decorator
@inline
export function atanhRest_f64x2(q: v128): v128 {
  const u = f64x2.mul(q, q)
  let even = mulAdd_f64x2(A8, u, A6)
  let odd = mulAdd_f64x2(A9, u, A7)
  even = mulAdd_f64x2(even, u, A4)
  odd = mulAdd_f64x2(odd, u, A5)
  even = mulAdd_f64x2(even, u, A2)
  odd = mulAdd_f64x2(odd, u, A3)
  return mulAdd_f64x2(odd, q, even)
}

/** The same to the bits of atanhRest32. */
// @ts-ignore: decorator
@inline
export function atanhRest_f32x4(q: v128): v128 {
  return mulAdd_f32x4(mulAdd_f32x4(A4_32, q, A3_32), q, A2_32)
}
