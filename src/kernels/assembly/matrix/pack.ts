// Packs the factors of a product of matrices, so that a tile reads them one after another.

/** The bytes of results side by side in a tile. */
export const WIDE: usize = 32
/**
 * The number of rows of results in a tile. Where a product and its sum are one operation, eight sums side by side would
 * wait for one another; with twelve sums, two vectors of factors and one repeated factor, every register is used.
 */
export const TALL = ASC_FEATURE_RELAXED_SIMD ? 6 : 4
/** The number of rows that are transposed at a time. */
export const FOUR = 4
/** The bytes of the block of packed rows, which stays in the second-level cache: 400 terms of 160 rows of f32. */
export const BLOCK: usize = 328704
/**
 * The bytes of the panel that the block is multiplied by; the part that is read repeatedly stays in the first-level
 * cache.
 */
export const PANEL: usize = 131072
/** The bytes of the copy that holds a tile at an edge. */
export const TILE: usize = 192

/** Copies `width` bytes: 16, 24, 32 or 48. */
// @ts-ignore: decorator
@inline
function copyAcross(to: usize, from: usize, width: usize): void {
  v128.store(to, v128.load(from))
  if (width == 24) store<u64>(to, load<u64>(from, 16), 16)
  if (width > 24) v128.store(to, v128.load(from, 16), 16)
  if (width > 32) v128.store(to, v128.load(from, 32), 32)
}

/** Copies `count` rows of `have` bytes, one under another, and fills each up with zeros to `width` bytes. */
// @ts-ignore: decorator
@inline
export function packAcross<T>(to: usize, width: usize, from: usize, step: usize, count: i32, have: usize): void {
  const end = to + <usize>count * width
  if (have == width)
    for (; to < end; to += width) {
      copyAcross(to, from, width)
      from += step
    }
  else
    for (; to < end; to += width) {
      for (let at: usize = 0; at < width; at += sizeof<T>()) store<T>(to + at, at < have ? load<T>(from + at) : <T>0)
      from += step
    }
}

/** Transposes sixteen bytes of each of four rows. */
// @ts-ignore: decorator
@inline
export function packFour<T>(to: usize, apart: usize, from: usize, step: usize): void {
  const x0 = v128.load(from)
  const x1 = v128.load(from + step)
  const x2 = v128.load(from + 2 * step)
  const x3 = v128.load(from + 3 * step)
  if (sizeof<T>() == 4) {
    const a = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5)
    const b = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5)
    const c = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7)
    const d = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7)
    v128.store(to, v128.shuffle<f64>(a, b, 0, 2))
    v128.store(to + apart, v128.shuffle<f64>(a, b, 1, 3))
    v128.store(to + 2 * apart, v128.shuffle<f64>(c, d, 0, 2))
    v128.store(to + 3 * apart, v128.shuffle<f64>(c, d, 1, 3))
  } else {
    v128.store(to, v128.shuffle<f64>(x0, x1, 0, 2))
    v128.store(to, v128.shuffle<f64>(x2, x3, 0, 2), 16)
    v128.store(to + apart, v128.shuffle<f64>(x0, x1, 1, 3))
    v128.store(to + apart, v128.shuffle<f64>(x2, x3, 1, 3), 16)
  }
}

/**
 * Packs `some` rows of `count` elements, four side by side: an element of each row, and `apart` bytes further on the
 * next one.
 */
export function packDown<T>(to: usize, apart: usize, from: usize, step: usize, count: i32, some: i32): void {
  const size = sizeof<T>()
  const lanes = <i32>(16 / size)
  const whole = some == FOUR ? count - (count % lanes) : 0
  for (let k = 0; k < whole; k += lanes) {
    packFour<T>(to, apart, from, step)
    from += 16
    to += lanes * apart
  }
  for (let k = whole; k < count; k++) {
    for (let i = 0; i < FOUR; i++) store<T>(to + <usize>i * size, i < some ? load<T>(from + <usize>i * step) : <T>0)
    from += size
    to += apart
  }
}

/** Does the same for two rows. */
function packTwo<T>(to: usize, apart: usize, from: usize, step: usize, count: i32, some: i32): void {
  const size = sizeof<T>()
  const whole = size == 4 && some == 2 ? count & ~3 : 0
  for (let k = 0; k < whole; k += 4) {
    const x0 = v128.load(from)
    const x1 = v128.load(from + step)
    const a = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5)
    const b = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7)
    v128.store64_lane(to, a, 0)
    v128.store64_lane(to + apart, a, 1)
    v128.store64_lane(to + 2 * apart, b, 0)
    v128.store64_lane(to + 3 * apart, b, 1)
    from += 16
    to += 4 * apart
  }
  for (let k = whole; k < count; k++) {
    store<T>(to, some > 0 ? load<T>(from) : <T>0)
    store<T>(to + size, some > 1 ? load<T>(from + step) : <T>0)
    from += size
    to += apart
  }
}

/** Does the same for as many rows as a tile has, which is more than four. */
export function packTall<T>(to: usize, from: usize, step: usize, count: i32, some: i32): void {
  const size = sizeof<T>()
  packDown<T>(to, TALL * size, from, step, count, FOUR)
  packTwo<T>(to + FOUR * size, TALL * size, from + FOUR * step, step, count, some - FOUR)
}

/**
 * Compacts a group of factors by dropping the terms whose factors are all 0; each term that stays is given its place in
 * the panel.
 */
// @ts-ignore: decorator
@inline
export function leaveOut<T>(group: usize, terms: i32, tall: i32): void {
  const bytes = <usize>tall * sizeof<T>()
  const end = group + 16 + <usize>terms * bytes
  const zero = v128.splat<T>(<T>0)
  let place = end
  let to = group + 16
  let at: u32 = 0
  for (let from = to; from < end; from += bytes) {
    let any = v128.ne<T>(v128.load(from), zero)
    if (bytes == 24) any = v128.or(any, v128.ne<T>(v128.load64_zero(from, 16), zero))
    if (bytes > 24) any = v128.or(any, v128.ne<T>(v128.load(from, 16), zero))
    if (bytes > 32) any = v128.or(any, v128.ne<T>(v128.load(from, 32), zero))
    copyAcross(to, from, bytes)
    store<u32>(place, at)
    at += <u32>WIDE
    const stays = <usize>v128.any_true(any)
    to += stays * bytes
    place += stays * 4
  }
  store<u32>(group, (<u32>(place - end) >> 2) * <u32>tall)
}

/**
 * Interleaves `have` rows, padded with zeros to `want` of them, four elements of each in turn; missing elements are
 * zeros.
 */
export function interleave<T>(to: usize, from: usize, step: usize, count: i32, have: i32, want: i32): void {
  const four = 4 * sizeof<T>()
  const bytes = <usize>count * sizeof<T>()
  const apart = <usize>want * four
  for (let i = 0; i < want; i++) {
    let target = to + <usize>i * four
    let at: usize = 0
    if (i < have)
      for (; at + four <= bytes; at += four) {
        v128.store(target, v128.load(from + at))
        if (sizeof<T>() == 8) v128.store(target, v128.load(from + at, 16), 16)
        target += apart
      }
    for (; at < bytes; at += four) {
      memory.fill(target, 0, four)
      if (i < have) memory.copy(target, from + at, bytes - at)
      target += apart
    }
    from += step
  }
}
