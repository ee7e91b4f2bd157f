// The outcome of a single output: its prediction, its loss and δ = ∂l/∂o, with the bits of the instructions of their
// graph.

import { Loss } from '../abi'
import { exp_f32, exp_f64 } from '../math/elementary/exp'
import { log1p_f32, log1p_f64, log1pOfUnit_f32x4 } from '../math/elementary/log'
import { sigmoid_f32, sigmoid_f64 } from '../math/elementary/sigmoid'

// @ts-ignore: decorator
@inline
export function sigmoidOf<T>(z: T): T {
  return sizeof<T>() == 4 ? <T>sigmoid_f32(<f32>z) : <T>sigmoid_f64(<f64>z)
}

/** (z where z > 0) − z·t + log(1 + e^−|z|). */
// @ts-ignore: decorator
@inline
export function binaryCrossEntropyOf<T>(z: T, t: T): T {
  const linear = <T>((z > <T>0 ? z : <T>0) - <T>(z * t))
  const away = <T>-abs<T>(z)
  return <T>(linear + (sizeof<T>() == 4 ? <T>log1p_f32(exp_f32(<f32>away)) : <T>log1p_f64(exp_f64(<f64>away))))
}

/**
 * Stores, in the place of the loss, what the cross-entropy is computed from once all rows are done: z, and e^−|z|,
 * which is already in the second lane beside its sigmoid.
 */
// @ts-ignore: decorator
@inline
export function putOff(z: f32, both: v128): f64 {
  return f64x2.extract_lane(f32x4.replace_lane(both, 0, z), 0)
}

/** Computes the binary cross-entropies that were deferred. */
export function binaryCrossEntropies(losses: usize, labels: usize, n: i32): void {
  const end = losses + (<usize>n << 3)
  for (; losses + 32 <= end; losses += 32) {
    const a = v128.load(losses)
    const b = v128.load(losses, 16)
    const z = i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
    const e = i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
    const loss = crossEntropies(z, e, four(labels))
    v128.store(losses, f64x2.promote_low_f32x4(loss))
    v128.store(losses, f64x2.promote_low_f32x4(i8x16.shuffle(loss, loss, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)), 16)
    labels += 32
  }
  for (; losses < end; losses += 8) {
    const z = v128.load32_splat(losses)
    const e = v128.load32_splat(losses, 4)
    const loss = crossEntropies(z, e, f32x4.demote_f64x2_zero(v128.load64_splat(labels)))
    store<f64>(losses, <f64>f32x4.extract_lane(loss, 0))
    labels += 8
  }
}

/** Cross-entropies from e = e^−|z|, without a branch, because a branch would be mispredicted on every other row. */
// @ts-ignore: decorator
@inline
function crossEntropies(z: v128, e: v128, t: v128): v128 {
  return f32x4.add(f32x4.sub(f32x4.pmax(f32x4.splat(0), z), f32x4.mul(z, t)), log1pOfUnit_f32x4(e))
}

/** Converts four f64 to f32. */
// @ts-ignore: decorator
@inline
function four(x: usize): v128 {
  return i8x16.shuffle(
    f32x4.demote_f64x2_zero(v128.load(x)), f32x4.demote_f64x2_zero(v128.load(x, 16)),
    0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23,
  )
}

/** ½r². */
// @ts-ignore: decorator
@inline
function squaredOf<T>(r: T): T {
  return <T>(<T>0.5 * <T>(r * r))
}
// @ts-ignore: decorator
@inline
function squaredSlope<T>(r: T): T {
  const half = <T>(<T>0.5 * r)
  return <T>(half + half)
}

/** c(|r| − ½c), c = min(|r|, δ). */
// @ts-ignore: decorator
@inline
function huberOf<T>(r: T, delta: T): T {
  const size = abs<T>(r)
  const c = min<T>(size, delta)
  return <T>(c * <T>(size - <T>(<T>0.5 * c)))
}
// @ts-ignore: decorator
@inline
function huberSlope<T>(r: T, delta: T): T {
  const size = abs<T>(r)
  const c = min<T>(size, delta)
  const inner = <T>(size - <T>(<T>0.5 * c))
  const ofC = <T>(inner + <T>(<T>-c * <T>0.5))
  const slope = <T>(c + (delta > size ? ofC : size > delta ? <T>0 : <T>(ofC * <T>0.5)))
  // The sign is copied instead of tested, because a branch on it would be mispredicted on every other row.
  return r < <T>0 || r > <T>0 ? copysign<T>(slope, r) : <T>0
}

/** The slope of a loss of z − t other than the cross-entropy, and the loss itself. `bend` is Huber's δ. */
// @ts-ignore: decorator
@inline
export function residualSlope<T>(kind: i32, r: T, bend: T): T {
  return kind == Loss.squared ? squaredSlope<T>(r) : huberSlope<T>(r, bend)
}
// @ts-ignore: decorator
@inline
export function residualLoss<T>(kind: i32, r: T, bend: T): T {
  return kind == Loss.squared ? squaredOf<T>(r) : huberOf<T>(r, bend)
}

/** Says whether the cross-entropy of a logit is known to be finite; its value is computed once all rows are done. */
// @ts-ignore: decorator
@inline
export function isFiniteAhead(z: f64, weight: f64): bool {
  return abs<f64>(z) * max<f64>(weight, 1) < 1e30
}
