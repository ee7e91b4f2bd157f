// Products of matrices where many factors are 0, as behind a relu: the others are listed, and each adds its multiple of a
// row of the other matrix. The order of the terms is the same; a term that is left out would have added 0.

import { madd } from './madd'
import { BLOCK, packDown, PANEL, TALL } from './pack'

/** Bytes of results that stay in registers: six vectors. Of eight, some compilers keep one on the stack. */
const WIDE: usize = 96
const LANES = 24
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

/** A line of results += its list's multiples of the panel's rows. */
// @ts-ignore: decorator
@inline
function line(c: usize, list: usize, panel: usize): void {
  let c0 = v128.load(c)
  let c1 = v128.load(c, 16)
  let c2 = v128.load(c, 32)
  let c3 = v128.load(c, 48)
  let c4 = v128.load(c, 64)
  let c5 = v128.load(c, 80)
  for (let at = list + HEAD, end = at + load<u32>(list); at < end; at += 4) {
    const x = v128.load32_splat(at)
    const row = panel + load<u32>(at, OFFSETS - HEAD)
    c0 = madd<f32>(c0, x, v128.load(row))
    c1 = madd<f32>(c1, x, v128.load(row, 16))
    c2 = madd<f32>(c2, x, v128.load(row, 32))
    c3 = madd<f32>(c3, x, v128.load(row, 48))
    c4 = madd<f32>(c4, x, v128.load(row, 64))
    c5 = madd<f32>(c5, x, v128.load(row, 80))
  }
  v128.store(c, c0)
  v128.store(c, c1, 16)
  v128.store(c, c2, 32)
  v128.store(c, c3, 48)
  v128.store(c, c4, 64)
  v128.store(c, c5, 80)
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
    } else {
      clear(panel)
      memory.copy(panel, from, have)
    }
    from += step
  }
}

/** A line of zeros. */
// @ts-ignore: decorator
@inline
function clear(to: usize): void {
  for (let at: usize = 0; at < WIDE; at += 16) v128.store(to + at, f32x4.splat(0))
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
          if (bytes == WIDE) line(to, list, panel)
          else {
            memory.copy(copy, to, bytes)
            line(copy, list, panel)
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
        const to = lines + <usize>j * WIDE
        clear(to)
        line(to, scratch + <usize>j * LIST, panel)
      }
      turn(c + <usize>k * cStep + (<usize>left << 2), cStep, lines, columns, <i32>(bytes >> 2))
    }
  }
}

/** C's rows from lines that are its columns. */
function turn(c: usize, step: usize, lines: usize, columns: i32, rows: i32): void {
  let j = 0
  for (; j + TALL <= columns; j += TALL) {
    packDown<f32>(c, step, lines, WIDE, rows, TALL)
    lines += TALL * WIDE
    c += 16
  }
  for (; j < columns; j++) {
    for (let i: usize = 0; i < <usize>rows; i++) store<f32>(c + i * step, load<f32>(lines + (i << 2)))
    lines += WIDE
    c += 4
  }
}
