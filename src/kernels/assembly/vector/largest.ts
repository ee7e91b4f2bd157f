// The largest |x|, or NaN where one is NaN. As whole numbers, the bits of nonnegative numbers are in the same order as
// the numbers, with NaN on top. Comparing them takes one instruction, where the maximum of numbers takes eight.

// @ts-ignore: decorator
@inline
export function further<T>(most: v128, x: v128): v128 {
  const size = v128.abs<T>(x)
  if (sizeof<T>() == 4) return i32x4.max_s(most, size)
  return v128.bitselect(size, most, i64x2.gt_s(size, most))
}

/** The largest element of a vector that `further` has gathered. */
// @ts-ignore: decorator
@inline
export function furthest<T>(most: v128): f64 {
  if (sizeof<T>() == 4) {
    const half = i32x4.max_s(most, i8x16.shuffle(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7))
    const one = i32x4.max_s(half, i8x16.shuffle(half, half, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11))
    return <f64>f32x4.extract_lane(one, 0)
  }
  const other = i8x16.shuffle(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7)
  return f64x2.extract_lane(v128.bitselect(other, most, i64x2.gt_s(other, most)), 0)
}

export function largest<T>(x: usize, n: i32): f64 {
  const bytes = <usize>n * sizeof<T>()
  let most = v128.splat<T>(<T>0)
  let at: usize = 0
  for (; at + 64 <= bytes; at += 64) {
    most = further<T>(most, v128.load(x + at))
    most = further<T>(most, v128.load(x + at, 16))
    most = further<T>(most, v128.load(x + at, 32))
    most = further<T>(most, v128.load(x + at, 48))
  }
  for (; at + 16 <= bytes; at += 16) most = further<T>(most, v128.load(x + at))
  let top = furthest<T>(most)
  for (; at < bytes; at += sizeof<T>()) top = max<f64>(top, <f64>abs<T>(load<T>(x + at)))
  return top
}
