// Products of matrices where many factors are 0, as behind a relu: the others are listed, and each adds its multiple of a
// row of the other matrix. The order of the terms is the same; a term that is left out would have added 0.

import { madd } from './madd'
import { BLOCK, FOUR, packFour, PANEL } from './pack'

/**
 * Bytes of results that stay in registers: six vectors, since of eight some compilers keep one on the stack; ten where a
 * product and its sum are one operation, of which eight would wait for one another.
 */
const WIDE: usize = ASC_FEATURE_RELAXED_SIMD ? 160 : 96
const LANES = <i32>(WIDE >> 2)
/** Terms of one pass. */
export const LISTED_DEPTH = 256
/** A list: how many bytes its offsets take, then the factors, then the offsets of their rows in the panel. */
const HEAD: usize = 16
const OFFSETS: usize = HEAD + 4 * LISTED_DEPTH
const LIST: usize = OFFSETS + 4 * LISTED_DEPTH
const LISTS = <i32>(BLOCK / LIST)

/** One row in so many is looked at. */
const SAMPLED = 4

/** Whether so many of the rows' numbers are 0 that a list of the others pays: a quarter. */
export function mostlyNot<T>(x: usize, step: usize, n: i32, count: i32): bool {
  let zeros = i32x4.splat(0)
  const end = <usize>n * sizeof<T>() & ~15
  let seen = 0
  for (let row = 0; row < count; row += SAMPLED) {
    for (let at: usize = 0; at < end; at += 16) {
      const zero = v128.eq<T>(v128.load(x + at), v128.splat<T>(<T>0))
      zeros = sizeof<T>() == 4 ? i32x4.sub(zeros, zero) : i64x2.sub(zeros, zero)
    }
    x += SAMPLED * step
    seen += n
  }
  const sum =
    i32x4.extract_lane(zeros, 0) + i32x4.extract_lane(zeros, 1) + i32x4.extract_lane(zeros, 2) + i32x4.extract_lane(zeros, 3)
  return 4 * sum >= seen
}

/** A line of results += its list's multiples of the panel's rows, or these alone where it is `fresh`, a constant. */
// @ts-ignore: decorator
@inline
function line(fresh: bool, c: usize, list: usize, panel: usize): void {
  const zero = f32x4.splat(0)
  let c0 = fresh ? zero : v128.load(c)
  let c1 = fresh ? zero : v128.load(c, 16)
  let c2 = fresh ? zero : v128.load(c, 32)
  let c3 = fresh ? zero : v128.load(c, 48)
  let c4 = fresh ? zero : v128.load(c, 64)
  let c5 = fresh ? zero : v128.load(c, 80)
  let c6 = fresh || WIDE == 96 ? zero : v128.load(c, 96)
  let c7 = fresh || WIDE == 96 ? zero : v128.load(c, 112)
  let c8 = fresh || WIDE == 96 ? zero : v128.load(c, 128)
  let c9 = fresh || WIDE == 96 ? zero : v128.load(c, 144)
  for (let at = list + HEAD, end = at + load<u32>(list); at < end; at += 4) {
    const x = v128.load32_splat(at)
    const row = panel + load<u32>(at, OFFSETS - HEAD)
    c0 = madd<f32>(c0, x, v128.load(row))
    c1 = madd<f32>(c1, x, v128.load(row, 16))
    c2 = madd<f32>(c2, x, v128.load(row, 32))
    c3 = madd<f32>(c3, x, v128.load(row, 48))
    c4 = madd<f32>(c4, x, v128.load(row, 64))
    c5 = madd<f32>(c5, x, v128.load(row, 80))
    if (WIDE > 96) {
      c6 = madd<f32>(c6, x, v128.load(row, 96))
      c7 = madd<f32>(c7, x, v128.load(row, 112))
      c8 = madd<f32>(c8, x, v128.load(row, 128))
      c9 = madd<f32>(c9, x, v128.load(row, 144))
    }
  }
  v128.store(c, c0)
  v128.store(c, c1, 16)
  v128.store(c, c2, 32)
  v128.store(c, c3, 48)
  v128.store(c, c4, 64)
  v128.store(c, c5, 80)
  if (WIDE > 96) {
    v128.store(c, c6, 96)
    v128.store(c, c7, 112)
    v128.store(c, c8, 128)
    v128.store(c, c9, 144)
  }
}

/** `count` rows of the panel, `have` bytes each, filled up with zeros. */
function packPanel(panel: usize, from: usize, step: usize, count: i32, have: usize): void {
  for (const end = panel + <usize>count * WIDE; panel < end; panel += WIDE) {
    if (have == WIDE) {
      v128.store(panel, v128.load(from))
      v128.store(panel, v128.load(from, 16), 16)
      v128.store(panel, v128.load(from, 32), 32)
      v128.store(panel, v128.load(from, 48), 48)
      v128.store(panel, v128.load(from, 64), 64)
      v128.store(panel, v128.load(from, 80), 80)
      if (WIDE > 96) {
        v128.store(panel, v128.load(from, 96), 96)
        v128.store(panel, v128.load(from, 112), 112)
        v128.store(panel, v128.load(from, 128), 128)
        v128.store(panel, v128.load(from, 144), 144)
      }
    } else {
      for (let at: usize = 0; at < WIDE; at += 16) v128.store(panel + at, f32x4.splat(0))
      memory.copy(panel, from, have)
    }
    from += step
  }
}

/** C += A·B by A's rows, whose factors that are not 0 are listed. */
export function listedRows(
  c: usize, cStep: usize, a: usize, aStep: usize, b: usize, bStep: usize, tall: i32, wide: i32, deep: i32, scratch: usize,
): void {
  const panel = scratch + BLOCK
  const copy = panel + PANEL
  for (let k = 0; k < deep; k += LISTED_DEPTH) {
    const terms = min(LISTED_DEPTH, deep - k)
    for (let top = 0; top < tall; top += LISTS) {
      const rows = min(LISTS, tall - top)
      for (let i = 0; i < rows; i++) {
        const list = scratch + <usize>i * LIST
        const from = a + <usize>(top + i) * aStep + (<usize>k << 2)
        let to = list + HEAD
        for (let l = 0; l < terms; l++) {
          const x = load<f32>(from + (<usize>l << 2))
          store<f32>(to, x)
          store<u32>(to, <u32>l * <u32>WIDE, OFFSETS - HEAD)
          to += <usize>(x != 0) << 2
        }
        store<u32>(list, <u32>(to - list - HEAD))
      }
      for (let j = 0; j < wide; j += LANES) {
        const bytes = min(WIDE, <usize>(wide - j) << 2)
        packPanel(panel, b + <usize>k * bStep + (<usize>j << 2), bStep, terms, bytes)
        for (let i = 0; i < rows; i++) {
          const to = c + <usize>(top + i) * cStep + (<usize>j << 2)
          const list = scratch + <usize>i * LIST
          if (bytes == WIDE) line(false, to, list, panel)
          else {
            memory.copy(copy, to, bytes)
            line(false, copy, list, panel)
            memory.copy(to, copy, bytes)
          }
        }
      }
    }
  }
}

/**
 * C = AᵀB, whose factors in B that are not 0 are listed column by column: `deep` rows of A and B, `tall` columns of A,
 * `wide` of B. C is made line by line of a column of B, and turned.
 */
export function listedColumns(
  c: usize, cStep: usize, a: usize, aStep: usize, b: usize, bStep: usize, tall: i32, wide: i32, deep: i32, scratch: usize,
): void {
  const panel = scratch + BLOCK
  const lines = panel + <usize>LISTED_DEPTH * WIDE
  // as many columns at a time as there is room for their lines behind the panel
  const most = min(LISTS, <i32>((PANEL - <usize>LISTED_DEPTH * WIDE) / WIDE))
  for (let left = 0; left < wide; left += most) {
    const columns = min(most, wide - left)
    for (let j = 0; j < columns; j++) store<u32>(scratch + <usize>j * LIST, 0)
    for (let r = 0; r < deep; r++) {
      const from = b + <usize>r * bStep + (<usize>left << 2)
      let list = scratch
      for (let j = 0; j < columns; j++) {
        const x = load<f32>(from + (<usize>j << 2))
        const taken = load<u32>(list)
        const to = list + HEAD + taken
        store<f32>(to, x)
        store<u32>(to, <u32>r * <u32>WIDE, OFFSETS - HEAD)
        store<u32>(list, taken + (<u32>(x != 0) << 2))
        list += LIST
      }
    }
    for (let k = 0; k < tall; k += LANES) {
      const bytes = min(WIDE, <usize>(tall - k) << 2)
      packPanel(panel, a + (<usize>k << 2), aStep, deep, bytes)
      for (let j = 0; j < columns; j++) {
        line(true, lines + <usize>j * WIDE, scratch + <usize>j * LIST, panel)
      }
      turn(c + <usize>k * cStep + (<usize>left << 2), cStep, lines, columns, <i32>(bytes >> 2))
    }
  }
}

/** C's rows from lines that are its columns: sixteen at a time, so that what a cache holds at once is written at once. */
function turn(c: usize, step: usize, lines: usize, columns: i32, rows: i32): void {
  let j = 0
  for (; j + 16 <= columns; j += 16) {
    let i = 0
    for (; i + FOUR <= rows; i += FOUR) {
      const to = c + <usize>i * step
      const from = lines + (<usize>i << 2)
      packFour<f32>(to, step, from, WIDE)
      packFour<f32>(to + 16, step, from + 4 * WIDE, WIDE)
      packFour<f32>(to + 32, step, from + 8 * WIDE, WIDE)
      packFour<f32>(to + 48, step, from + 12 * WIDE, WIDE)
    }
    for (; i < rows; i++) column(c + <usize>i * step, lines + (<usize>i << 2), 16)
    lines += 16 * WIDE
    c += 64
  }
  if (j < columns)
    for (let i = 0; i < rows; i++) column(c + <usize>i * step, lines + (<usize>i << 2), columns - j)
}

/** A column of the lines. */
// @ts-ignore: decorator
@inline
function column(to: usize, from: usize, count: i32): void {
  for (const end = to + (<usize>count << 2); to < end; to += 4) {
    store<f32>(to, load<f32>(from))
    from += WIDE
  }
}
