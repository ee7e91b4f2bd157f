// Several ceiling kernels share this: sums across lanes, and a softmax over ten classes.

import { minusSize_f32x4 } from '../../../../src/kernels/assembly/math/elementary/arithmetic'
import { exp_f32x4, expOfNegative_f32x4 } from '../../../../src/kernels/assembly/math/elementary/exp'
import { log_f32, log1pOfUnit_f32x4 } from '../../../../src/kernels/assembly/math/elementary/log'

// @ts-expect-error: decorator
@inline
export function swapHalves(a: v128): v128 {
  return i8x16.shuffle(a, a, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
}

/** Returns the sum of the four lanes in every lane, without leaving the vector registers. */
// @ts-expect-error: decorator
@inline
export function sumAll(a: v128): v128 {
  const b = f32x4.add(a, swapHalves(a))
  return f32x4.add(b, i8x16.shuffle(b, b, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11))
}

// @ts-expect-error: decorator
@inline
export function sum(a: v128): f32 {
  return f32x4.extract_lane(sumAll(a), 0)
}

// @ts-expect-error: decorator
@inline
function sumsOfTwo(a: v128, b: v128): v128 {
  const low = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
  const high = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
  return f32x4.add(low, high)
}

/** Returns (Σa, Σb, Σc, Σd) by three additions. */
// @ts-expect-error: decorator
@inline
export function sumsOfFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = sumsOfTwo(a, b)
  const cd = sumsOfTwo(c, d)
  const low = i8x16.shuffle(ab, cd, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
  const high = i8x16.shuffle(ab, cd, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
  return f32x4.add(low, high)
}

/** Returns a·b + c. */
// @ts-expect-error: decorator
@inline
export function mulAdd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(c, f32x4.mul(a, b))
}

/** Returns c − a·b. */
// @ts-expect-error: decorator
@inline
export function mulSub(a: v128, b: v128, c: v128): v128 {
  return f32x4.sub(c, f32x4.mul(a, b))
}

/** Replaces logits by their binary cross-entropy, four at a time: z → max(z, 0) − z·y + log(1 + e^−|z|). */
export function logisticLosses(z: usize, y: usize, n: i32): void {
  const zero = f32x4.splat(0)
  let i = 0
  for (; i < n; i += 4) {
    const a = v128.load(z)
    const linear = f32x4.sub(f32x4.pmax(zero, a), f32x4.mul(a, v128.load(y)))
    const losses = f32x4.add(linear, log1pOfUnit_f32x4(expOfNegative_f32x4(minusSize_f32x4(a))))
    if (i + 4 <= n) v128.store(z, losses)
    else {
      f32.store(z, f32x4.extract_lane(losses, 0))
      if (i + 1 < n) f32.store(z, f32x4.extract_lane(losses, 1), 4)
      if (i + 2 < n) f32.store(z, f32x4.extract_lane(losses, 2), 8)
    }
    z += 16
    y += 16
  }
}

/** Writes the probabilities of twelve logits, of which the last two are −∞, to `p`; returns the loss of class `y`. */
// @ts-expect-error: decorator
@inline
export function softmax(z: usize, p: usize, y: i32): f32 {
  let a = v128.load(z)
  let b = v128.load(z, 16)
  let c = v128.load(z, 32)
  const m = f32x4.pmax(f32x4.pmax(a, b), c)
  const m2 = f32x4.pmax(m, swapHalves(m))
  const top = f32x4.pmax(m2, i8x16.shuffle(m2, m2, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11))
  const own = f32.load(z + (<usize>y << 2)) - f32x4.extract_lane(top, 0)
  a = exp_f32x4(f32x4.sub(a, top))
  b = exp_f32x4(f32x4.sub(b, top))
  c = exp_f32x4(f32x4.sub(c, top))
  const total = sumAll(f32x4.add(f32x4.add(a, b), c))
  const share = f32x4.div(f32x4.splat(1), total)
  v128.store(p, f32x4.mul(a, share))
  v128.store(p, f32x4.mul(b, share), 16)
  v128.store(p, f32x4.mul(c, share), 32)
  return log_f32(f32x4.extract_lane(total, 0)) - own
}
