// Twin of src/program/elementary/pow.ts. The many steps of a plain power are computed lane by lane; special values are
// handled one number at a time.
import {
  clamp_f32x4,
  clamp_f64x2,
  productError_f32x4,
  productError_f64x2,
  sumError_f32x4,
  sumError_f64x2,
} from './arithmetic'
import {
  all_f32x4,
  all_f64x2,
  FIFTY_FOUR,
  LN2_HIGH,
  LN2_HIGH_32,
  LN2_LOW,
  LN2_LOW_32,
  THIRD,
  THIRD_32,
  TWENTY_FOUR_32,
  TWO,
  TWO_32,
} from './constants'
import { expOfSum_f32x4, expOfSum_f64x2 } from './exp'
import {
  atanhRest_f32x4,
  atanhRest_f64x2,
  counted_f32x4,
  counted_f64x2,
  exponent_f32x4,
  exponent_f64x2,
  fraction_f32x4,
  fraction_f64x2,
  isSubnormal_f32x4,
  isSubnormal_f64x2,
  normal_f32x4,
  normal_f64x2,
} from './log'

let THIRD_REST: v128 = all_f64x2(1.850371707708594e-17)
let LEAST: v128 = all_f64x2(-1e19)
let MOST: v128 = all_f64x2(1e19)
let REACH: v128 = all_f64x2(746)

let THIRD_REST_32: v128 = all_f32x4(-9.93410776e-9)
let LEAST_32: v128 = all_f32x4(-4e9)
let MOST_32: v128 = all_f32x4(4e9)
let REACH_32: v128 = all_f32x4(104)

/** x^y in f64, to the bits of pow64. */
export function pow_f64(x: f64, y: f64): f64 {
  return power<f64>(x, y)
}

/** x^y in f32, to the bits of pow32. */
export function pow_f32(x: f32, y: f32): f32 {
  return power<f32>(x, y)
}

// @ts-ignore: decorator
@inline
function power<T>(x: T, y: T): T {
  if (y == <T>2) return <T>(x * x)
  if (y == <T>-1) return <T>(<T>1 / x)
  if (y == <T>1) return x
  return signed<T>(x, y, isPlain<T>(x, y) ? plain<T>(abs<T>(x), y) : special<T>(x, y))
}

// @ts-ignore: decorator
@inline
function isPlain<T>(x: T, y: T): bool {
  return x - x == <T>0 && y - y == <T>0 && x != <T>0 && y != <T>0
}

// |x|^y where x or y is ±0, ±Infinity or NaN.
function special<T>(x: T, y: T): T {
  const size = abs<T>(x)
  if (y == <T>0) return <T>1
  if (isNaN<T>(x) || isNaN<T>(y) || (size == <T>1 && y - y != <T>0)) return <T>NaN
  return size > <T>1 == y > <T>0 ? <T>Infinity : <T>0
}

// @ts-ignore: decorator
@inline
function signed<T>(x: T, y: T, power: T): T {
  const negative = x < <T>0 || <T>1 / x < <T>0
  if (!negative || y == <T>0) return power
  const half = <T>0.5 * y
  const odd = floor<T>(y) == y && floor<T>(half) != half
  if (odd) return -power
  return x < <T>0 && x > <T>-Infinity && floor<T>(y) != y ? <T>NaN : power
}

// @ts-ignore: decorator
@inline
function plain<T>(x: T, y: T): T {
  if (sizeof<T>() == 4) return <T>f32x4.extract_lane(plain_f32x4(f32x4.splat(<f32>x), f32x4.splat(<f32>y)), 0)
  return <T>f64x2.extract_lane(plain_f64x2(f64x2.splat(<f64>x), f64x2.splat(<f64>y)), 0)
}

// x^y for finite x > 0 and finite y.
function plain_f64x2(x: v128, y: v128): v128 {
  const subnormal = isSubnormal_f64x2(x)
  const bits = normal_f64x2(x, subnormal)
  const counted = counted_f64x2(bits)
  const f = fraction_f64x2(bits, counted)
  const k = f64x2.sub(exponent_f64x2(counted), v128.and(subnormal, FIFTY_FOUR))

  const d = f64x2.add(TWO, f)
  const dTail = f64x2.sub(f, f64x2.sub(d, TWO))
  const s = f64x2.div(f, d)
  const sd = f64x2.mul(s, d)
  const remainder = f64x2.sub(f64x2.sub(f, sd), productError_f64x2(s, d, sd))
  const sTail = f64x2.div(f64x2.sub(remainder, f64x2.mul(s, dTail)), d)
  const a = f64x2.mul(TWO, s)
  const aTail = f64x2.mul(TWO, sTail)

  const q = f64x2.mul(s, s)
  const qTail = f64x2.add(productError_f64x2(s, s, q), f64x2.mul(a, sTail))
  const rest = f64x2.mul(q, atanhRest_f64x2(q))
  const v = f64x2.add(THIRD, rest)
  const vTail = f64x2.add(f64x2.sub(rest, f64x2.sub(v, THIRD)), THIRD_REST)
  const w = f64x2.mul(q, v)
  const wMore = f64x2.add(f64x2.mul(q, vTail), f64x2.mul(qTail, v))
  const wTail = f64x2.add(productError_f64x2(q, v, w), wMore)

  const b = f64x2.mul(a, w)
  const bMore = f64x2.add(f64x2.mul(a, wTail), f64x2.mul(aTail, w))
  const bTail = f64x2.add(productError_f64x2(a, w, b), bMore)
  const ab = f64x2.add(a, b)
  const abTail = f64x2.add(f64x2.sub(b, f64x2.sub(ab, a)), f64x2.add(bTail, aTail))

  const base = f64x2.mul(k, LN2_HIGH)
  const sum = f64x2.add(base, ab)
  const sumMore = f64x2.add(abTail, f64x2.mul(k, LN2_LOW))
  const sumTail = f64x2.add(sumError_f64x2(base, ab, sum), sumMore)
  const head = f64x2.add(sum, sumTail)
  const headTail = f64x2.sub(sumTail, f64x2.sub(head, sum))

  const factor = clamp_f64x2(y, LEAST, MOST)
  const product = f64x2.mul(factor, head)
  const tail = f64x2.add(productError_f64x2(factor, head, product), f64x2.mul(factor, headTail))
  return expOfSum_f64x2(product, v128.and(tail, f64x2.lt(f64x2.abs(product), REACH)))
}

// The same in f32.
function plain_f32x4(x: v128, y: v128): v128 {
  const subnormal = isSubnormal_f32x4(x)
  const bits = normal_f32x4(x, subnormal)
  const counted = counted_f32x4(bits)
  const f = fraction_f32x4(bits, counted)
  const k = f32x4.sub(exponent_f32x4(counted), v128.and(subnormal, TWENTY_FOUR_32))

  const d = f32x4.add(TWO_32, f)
  const dTail = f32x4.sub(f, f32x4.sub(d, TWO_32))
  const s = f32x4.div(f, d)
  const sd = f32x4.mul(s, d)
  const remainder = f32x4.sub(f32x4.sub(f, sd), productError_f32x4(s, d, sd))
  const sTail = f32x4.div(f32x4.sub(remainder, f32x4.mul(s, dTail)), d)
  const a = f32x4.mul(TWO_32, s)
  const aTail = f32x4.mul(TWO_32, sTail)

  const q = f32x4.mul(s, s)
  const qTail = f32x4.add(productError_f32x4(s, s, q), f32x4.mul(a, sTail))
  const rest = f32x4.mul(q, atanhRest_f32x4(q))
  const v = f32x4.add(THIRD_32, rest)
  const vTail = f32x4.add(f32x4.sub(rest, f32x4.sub(v, THIRD_32)), THIRD_REST_32)
  const w = f32x4.mul(q, v)
  const wMore = f32x4.add(f32x4.mul(q, vTail), f32x4.mul(qTail, v))
  const wTail = f32x4.add(productError_f32x4(q, v, w), wMore)

  const b = f32x4.mul(a, w)
  const bMore = f32x4.add(f32x4.mul(a, wTail), f32x4.mul(aTail, w))
  const bTail = f32x4.add(productError_f32x4(a, w, b), bMore)
  const ab = f32x4.add(a, b)
  const abTail = f32x4.add(f32x4.sub(b, f32x4.sub(ab, a)), f32x4.add(bTail, aTail))

  const base = f32x4.mul(k, LN2_HIGH_32)
  const sum = f32x4.add(base, ab)
  const sumMore = f32x4.add(abTail, f32x4.mul(k, LN2_LOW_32))
  const sumTail = f32x4.add(sumError_f32x4(base, ab, sum), sumMore)
  const head = f32x4.add(sum, sumTail)
  const headTail = f32x4.sub(sumTail, f32x4.sub(head, sum))

  const factor = clamp_f32x4(y, LEAST_32, MOST_32)
  const product = f32x4.mul(factor, head)
  const tail = f32x4.add(productError_f32x4(factor, head, product), f32x4.mul(factor, headTail))
  return expOfSum_f32x4(product, v128.and(tail, f32x4.lt(f32x4.abs(product), REACH_32)))
}
