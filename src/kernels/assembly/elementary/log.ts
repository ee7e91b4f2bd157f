// Twin of src/program/elementary/log.ts.
import { mulAdd_f32x4, mulAdd_f64x2, sign_f32x4, sign_f64x2, step_f32x4, step_f64x2 } from './arithmetic'
import {
  EXPONENT,
  EXPONENT_32,
  LEAST_NORMAL,
  LEAST_NORMAL_32,
  LN2_HIGH,
  LN2_HIGH_32,
  LN2_LOW,
  LN2_LOW_32,
  SQRT_HALF_BITS,
  SQRT_HALF_BITS_32,
  TWO_24,
  TWO_54,
} from './constants'

// From here on the exponent is 1.
@inline const SQRT_TWO_32: f32 = reinterpret<f32>(SQRT_HALF_BITS_32 + (1 << 23))
@inline const SQRT_TWO: f64 = reinterpret<f64>(SQRT_HALF_BITS + (1 << 52))

/** ln x in f32, to the bits of log32. */
@inline
export function log_f32x4(x: v128): v128 {
  const subnormal = isSubnormal_f32x4(x)
  const bits = normal_f32x4(x, subnormal)
  const counted = counted_f32x4(bits)
  const k = f32x4.sub(exponent_f32x4(counted), v128.and(subnormal, f32x4.splat(24)))
  const base = atEdges_f32x4(x, x, f32x4.mul(k, f32x4.splat(LN2_HIGH_32)))
  return sumUp_f32x4(base, fraction_f32x4(bits, counted), f32x4.mul(k, f32x4.splat(LN2_LOW_32)))
}

/** ln x in f64, to the bits of log64. */
@inline
export function log_f64x2(x: v128): v128 {
  const subnormal = isSubnormal_f64x2(x)
  const bits = normal_f64x2(x, subnormal)
  const counted = counted_f64x2(bits)
  const k = f64x2.sub(exponent_f64x2(counted), v128.and(subnormal, f64x2.splat(54)))
  const base = atEdges_f64x2(x, x, f64x2.mul(k, f64x2.splat(LN2_HIGH)))
  return sumUp_f64x2(base, fraction_f64x2(bits, counted), f64x2.mul(k, f64x2.splat(LN2_LOW)))
}

/** ln(1 + x) in f32, to the bits of log1p32. */
@inline
export function log1p_f32x4(x: v128): v128 {
  const one = f32x4.splat(1)
  const two = f32x4.splat(2)
  const u = f32x4.add(one, x)
  const counted = counted_f32x4(u)
  const k = exponent_f32x4(counted)
  const isZero = f32x4.eq(k, f32x4.splat(0))
  const f = v128.bitselect(x, fraction_f32x4(u, counted), isZero)
  const below = f32x4.sub(x, f32x4.sub(u, one))
  const above = f32x4.sub(one, f32x4.sub(u, x))
  const lost = f32x4.div(v128.bitselect(below, above, f32x4.lt(u, two)), u)
  // At the edges u is 0 or Infinity and lost is NaN, which must not reach the sum.
  const inner = v128.andnot(f32x4.lt(f32x4.abs(lost), one), isZero)
  const base = atEdges_f32x4(u, x, f32x4.mul(k, f32x4.splat(LN2_HIGH_32)))
  const y = sumUp_f32x4(base, f, mulAdd_f32x4(k, f32x4.splat(LN2_LOW_32), v128.and(lost, inner)))
  // The sum of zeros is +0, and every other result has the sign of x by itself.
  return v128.or(y, sign_f32x4(x))
}

/** ln(1 + x) in f64, to the bits of log1p64. */
@inline
export function log1p_f64x2(x: v128): v128 {
  const one = f64x2.splat(1)
  const two = f64x2.splat(2)
  const u = f64x2.add(one, x)
  const counted = counted_f64x2(u)
  const k = exponent_f64x2(counted)
  const isZero = f64x2.eq(k, f64x2.splat(0))
  const f = v128.bitselect(x, fraction_f64x2(u, counted), isZero)
  const below = f64x2.sub(x, f64x2.sub(u, one))
  const above = f64x2.sub(one, f64x2.sub(u, x))
  const lost = f64x2.div(v128.bitselect(below, above, f64x2.lt(u, two)), u)
  const inner = v128.andnot(f64x2.lt(f64x2.abs(lost), one), isZero)
  const base = atEdges_f64x2(u, x, f64x2.mul(k, f64x2.splat(LN2_HIGH)))
  const y = sumUp_f64x2(base, f, mulAdd_f64x2(k, f64x2.splat(LN2_LOW), v128.and(lost, inner)))
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
@inline
export function log1pOfUnit_f32x4(e: v128): v128 {
  const one = f32x4.splat(1)
  const u = f32x4.add(one, e)
  const isOne = f32x4.ge(u, f32x4.splat(SQRT_TWO_32))
  const f = v128.bitselect(f32x4.sub(f32x4.mul(f32x4.splat(0.5), u), one), e, isOne)
  const inner = v128.and(isOne, f32x4.lt(u, f32x4.splat(2)))
  const lost = f32x4.div(v128.and(f32x4.sub(e, f32x4.sub(u, one)), inner), u)
  const low = f32x4.add(v128.and(isOne, f32x4.splat(LN2_LOW_32)), lost)
  return sumUp_f32x4(v128.and(isOne, f32x4.splat(LN2_HIGH_32)), f, low)
}

@inline
export function log1pOfUnit_f64x2(e: v128): v128 {
  const one = f64x2.splat(1)
  const u = f64x2.add(one, e)
  const isOne = f64x2.ge(u, f64x2.splat(SQRT_TWO))
  const f = v128.bitselect(f64x2.sub(f64x2.mul(f64x2.splat(0.5), u), one), e, isOne)
  const inner = v128.and(isOne, f64x2.lt(u, f64x2.splat(2)))
  const lost = f64x2.div(v128.and(f64x2.sub(e, f64x2.sub(u, one)), inner), u)
  const low = f64x2.add(v128.and(isOne, f64x2.splat(LN2_LOW)), lost)
  return sumUp_f64x2(v128.and(isOne, f64x2.splat(LN2_HIGH)), f, low)
}

// --- x = 2^k (1 + f) ---

@inline
export function isSubnormal_f32x4(x: v128): v128 {
  return f32x4.lt(x, f32x4.splat(LEAST_NORMAL_32))
}

@inline
export function isSubnormal_f64x2(x: v128): v128 {
  return f64x2.lt(x, f64x2.splat(LEAST_NORMAL))
}

/** x, scaled to a normal number where it is none. */
@inline
export function normal_f32x4(x: v128, subnormal: v128): v128 {
  return v128.bitselect(f32x4.mul(x, f32x4.splat(TWO_24)), x, subnormal)
}

@inline
export function normal_f64x2(x: v128, subnormal: v128): v128 {
  return v128.bitselect(f64x2.mul(x, f64x2.splat(TWO_54)), x, subnormal)
}

/** The bits counted from those of sqrt(1/2): k stands in the sign and exponent. */
@inline
export function counted_f32x4(bits: v128): v128 {
  return i32x4.sub(bits, i32x4.splat(SQRT_HALF_BITS_32))
}

@inline
export function counted_f64x2(bits: v128): v128 {
  return i64x2.sub(bits, i64x2.splat(SQRT_HALF_BITS))
}

@inline
export function exponent_f32x4(counted: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.shr_s(counted, 23))
}

// No instruction makes an f64 of an i64. Below the exponent of 2^52 the 12 bits of k, their sign turned, are k + 2048.
@inline
export function exponent_f64x2(counted: v128): v128 {
  const large = v128.xor(i64x2.shr_u(counted, 52), i64x2.splat(0x4330000000000800))
  return f64x2.sub(large, f64x2.splat(4503599627372544))
}

@inline
export function fraction_f32x4(bits: v128, counted: v128): v128 {
  return f32x4.sub(i32x4.sub(bits, v128.and(counted, i32x4.splat(EXPONENT_32))), f32x4.splat(1))
}

@inline
export function fraction_f64x2(bits: v128, counted: v128): v128 {
  return f64x2.sub(i64x2.sub(bits, v128.and(counted, i64x2.splat(EXPONENT))), f64x2.splat(1))
}

// --- the sum ---

// base + ln(1 + f) + low, where base + low = k ln 2.
@inline
function sumUp_f32x4(base: v128, f: v128, low: v128): v128 {
  const h = f32x4.mul(f32x4.mul(f32x4.splat(0.5), f), f)
  const s = f32x4.div(f, f32x4.add(f32x4.splat(2), f))
  const q = f32x4.mul(s, s)
  const R = f32x4.mul(f32x4.add(q, q), step_f32x4(q, atanhRest_f32x4(q), 0.333333343))
  const small = mulAdd_f32x4(s, f32x4.add(h, R), low)
  return f32x4.sub(base, f32x4.sub(f32x4.sub(h, small), f))
}

@inline
function sumUp_f64x2(base: v128, f: v128, low: v128): v128 {
  const h = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f)
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f))
  const q = f64x2.mul(s, s)
  const R = f64x2.mul(f64x2.add(q, q), step_f64x2(q, atanhRest_f64x2(q), 0.3333333333333333))
  const small = mulAdd_f64x2(s, f64x2.add(h, R), low)
  return f64x2.sub(base, f64x2.sub(f64x2.sub(h, small), f))
}

// base, or what makes the whole sum come out as atEdges says, decided early, while the polynomial is still on its way:
// x where x is Infinity or NaN, NaN where u < 0, -Infinity where u = 0. f and low are finite in each of these but NaN.
@inline
function atEdges_f32x4(u: v128, x: v128, base: v128): v128 {
  const zero = f32x4.splat(0)
  const finite = v128.bitselect(base, x, f32x4.lt(x, f32x4.splat(Infinity)))
  const least = v128.and(f32x4.eq(u, zero), f32x4.splat(-Infinity))
  return v128.or(f32x4.add(finite, least), f32x4.lt(u, zero))
}

@inline
function atEdges_f64x2(u: v128, x: v128, base: v128): v128 {
  const zero = f64x2.splat(0)
  const finite = v128.bitselect(base, x, f64x2.lt(x, f64x2.splat(Infinity)))
  const least = v128.and(f64x2.eq(u, zero), f64x2.splat(-Infinity))
  return v128.or(f64x2.add(finite, least), f64x2.lt(u, zero))
}

/** T in atanh(s) = s (1 + q (1/3 + q T(q))), to the bits of atanhRest64. */
@inline
export function atanhRest_f64x2(q: v128): v128 {
  const u = f64x2.mul(q, q)
  let even = step_f64x2(f64x2.splat(0.058530020640084085), u, 0.07692297401386)
  let odd = step_f64x2(f64x2.splat(0.058628022682377066), u, 0.06667406686843506)
  even = step_f64x2(even, u, 0.11111111110824638)
  odd = step_f64x2(odd, u, 0.09090909168444662)
  even = step_f64x2(even, u, 0.2)
  odd = step_f64x2(odd, u, 0.14285714285714687)
  return mulAdd_f64x2(odd, q, even)
}

/** The same to the bits of atanhRest32. */
@inline
export function atanhRest_f32x4(q: v128): v128 {
  return step_f32x4(step_f32x4(f32x4.splat(0.115249269), q, 0.142811), q, 0.200000077)
}
