// Sums in four lanes, in the order that src/program/lanes.ts defines.

import { madd, maddOne } from './madd'

/** The four lanes of a sum: one vector of f32, or two of f64. */
// @ts-ignore: decorator
@inline
function addLanes<T>(low: v128, high: v128): T {
  if (sizeof<T>() == 4) {
    const a = f32x4.extract_lane(low, 0) + f32x4.extract_lane(low, 1)
    return <T>(a + f32x4.extract_lane(low, 2) + f32x4.extract_lane(low, 3))
  }
  const a = f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1)
  return <T>(a + f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
}

/** Σ a[i]·b[i·stride] in four lanes. */
// @ts-ignore: decorator
@inline
export function inLanes<T>(a: usize, b: usize, stride: i32, n: i32): T {
  if (stride == 1) return contiguousInLanes<T>(a, b, n)
  let l0: T = <T>0
  let l1: T = <T>0
  let l2: T = <T>0
  let l3: T = <T>0
  const step = <usize>stride * sizeof<T>()
  let i = 0
  for (; i + 3 < n; i += 4) {
    l0 = maddOne<T>(l0, load<T>(a), load<T>(b))
    l1 = maddOne<T>(l1, load<T>(a, sizeof<T>()), load<T>(b + step))
    l2 = maddOne<T>(l2, load<T>(a, 2 * sizeof<T>()), load<T>(b + 2 * step))
    l3 = maddOne<T>(l3, load<T>(a, 3 * sizeof<T>()), load<T>(b + 3 * step))
    a += 4 * sizeof<T>()
    b += 4 * step
  }
  if (i < n) l0 = maddOne<T>(l0, load<T>(a), load<T>(b))
  if (i + 1 < n) l1 = maddOne<T>(l1, load<T>(a, sizeof<T>()), load<T>(b + step))
  if (i + 2 < n) l2 = maddOne<T>(l2, load<T>(a, 2 * sizeof<T>()), load<T>(b + 2 * step))
  return <T>(<T>(<T>(l0 + l1) + l2) + l3)
}

// @ts-ignore: decorator
@inline
export function contiguousInLanes<T>(a: usize, b: usize, n: i32): T {
  let low = v128.splat<T>(<T>0)
  let high = v128.splat<T>(<T>0)
  let i = 0
  for (; i + 4 <= n; i += 4) {
    low = madd<T>(low, v128.load(a), v128.load(b))
    if (sizeof<T>() == 8) high = madd<T>(high, v128.load(a, 16), v128.load(b, 16))
    a += 4 * sizeof<T>()
    b += 4 * sizeof<T>()
  }
  // At most three terms are left, one for each of the first lanes.
  if (sizeof<T>() == 4) {
    let l0 = f32x4.extract_lane(low, 0)
    let l1 = f32x4.extract_lane(low, 1)
    let l2 = f32x4.extract_lane(low, 2)
    if (i < n) l0 = maddOne<f32>(l0, load<f32>(a), load<f32>(b))
    if (i + 1 < n) l1 = maddOne<f32>(l1, load<f32>(a, 4), load<f32>(b, 4))
    if (i + 2 < n) l2 = maddOne<f32>(l2, load<f32>(a, 8), load<f32>(b, 8))
    return <T>(l0 + l1 + l2 + f32x4.extract_lane(low, 3))
  }
  let l0 = f64x2.extract_lane(low, 0)
  let l1 = f64x2.extract_lane(low, 1)
  let l2 = f64x2.extract_lane(high, 0)
  if (i < n) l0 = maddOne<f64>(l0, load<f64>(a), load<f64>(b))
  if (i + 1 < n) l1 = maddOne<f64>(l1, load<f64>(a, 8), load<f64>(b, 8))
  if (i + 2 < n) l2 = maddOne<f64>(l2, load<f64>(a, 16), load<f64>(b, 16))
  return <T>(l0 + l1 + l2 + f64x2.extract_lane(high, 1))
}
