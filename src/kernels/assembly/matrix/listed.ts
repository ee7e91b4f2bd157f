// Products of matrices where many factors are 0, as they are behind a relu. The other factors are listed, and each of
// them adds its multiple of a row of the other matrix. The order of the terms is the same; a term that is left out
// would have added 0.

import { ENTRY, LANES, line, MORE, packPanel, SUM, LINE } from './listedLine'
import { BLOCK, FOUR, packFour, PANEL } from './pack'

/** The number of terms in one pass. */
export const LISTED_DEPTH = 256
/** The bytes at the head of a list, which hold its end; the entries follow. */
const HEAD: usize = 16
const LIST: usize = HEAD + ENTRY * LISTED_DEPTH
const LISTS = <i32>(BLOCK / LIST)

/** Every fourth row is sampled. */
const SAMPLED = 4

/** Says whether at least a quarter of the rows' numbers are 0, so that a list of the others pays off. */
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

/** C += A·B, where the factors of each row of A that are not 0 are listed. */
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
          store<u32>(to, <u32>(panel + <usize>l * LINE), 4)
          to += <usize>(x != 0) * ENTRY
        }
        store<u32>(list, <u32>to)
      }
      for (let j = 0; j < wide; j += LANES) {
        const bytes = min(LINE, <usize>(wide - j) << 2)
        packPanel(panel, b + <usize>k * bStep + (<usize>j << 2), bStep, terms, bytes)
        for (let i = 0; i < rows; i++) {
          const to = c + <usize>(top + i) * cStep + (<usize>j << 2)
          const list = scratch + <usize>i * LIST
          const end = load<u32>(list)
          if (bytes == LINE) line(MORE, to, list + HEAD, end)
          else {
            memory.copy(copy, to, bytes)
            line(MORE, copy, list + HEAD, end)
            memory.copy(to, copy, bytes)
          }
        }
      }
    }
  }
}

/**
 * C = AᵀB, where the factors of B that are not 0 are listed column by column; A and B have `deep` rows, A has `tall`
 * columns and B has `wide`. C is made one line at a time, each for a column of B, and then transposed.
 */
export function listedColumns(
  c: usize, cStep: usize, a: usize, aStep: usize, b: usize, bStep: usize, tall: i32, wide: i32, deep: i32, scratch: usize,
): void {
  const panel = scratch + BLOCK
  const lines = panel + <usize>LISTED_DEPTH * LINE
  // At a time it takes as many columns as have room for their lines behind the panel.
  const most = min(LISTS, <i32>((PANEL - <usize>LISTED_DEPTH * LINE) / LINE))
  for (let left = 0; left < wide; left += most) {
    const columns = min(most, wide - left)
    for (let j = 0, list = scratch; j < columns; j++, list += LIST) store<u32>(list, <u32>(list + HEAD))
    for (let r = 0; r < deep; r++) {
      const from = b + <usize>r * bStep + (<usize>left << 2)
      let list = scratch
      for (let j = 0; j < columns; j++) {
        const x = load<f32>(from + (<usize>j << 2))
        const to = load<u32>(list)
        store<f32>(to, x)
        store<u32>(to, <u32>(panel + <usize>r * LINE), 4)
        store<u32>(list, to + <u32>(x != 0) * <u32>ENTRY)
        list += LIST
      }
    }
    for (let k = 0; k < tall; k += LANES) {
      const bytes = min(LINE, <usize>(tall - k) << 2)
      packPanel(panel, a + (<usize>k << 2), aStep, deep, bytes)
      for (let j = 0; j < columns; j++) {
        const list = scratch + <usize>j * LIST
        line(SUM, lines + <usize>j * LINE, list + HEAD, load<u32>(list))
      }
      turn(c + <usize>k * cStep + (<usize>left << 2), cStep, lines, columns, <i32>(bytes >> 2))
    }
  }
}

/**
 * Writes C's rows from lines that are its columns, sixteen at a time, so that a whole cache line is written at once.
 */
function turn(c: usize, step: usize, lines: usize, columns: i32, rows: i32): void {
  let j = 0
  for (; j + 16 <= columns; j += 16) {
    let i = 0
    for (; i + FOUR <= rows; i += FOUR) {
      const to = c + <usize>i * step
      const from = lines + (<usize>i << 2)
      packFour<f32>(to, step, from, LINE)
      packFour<f32>(to + 16, step, from + 4 * LINE, LINE)
      packFour<f32>(to + 32, step, from + 8 * LINE, LINE)
      packFour<f32>(to + 48, step, from + 12 * LINE, LINE)
    }
    for (; i < rows; i++) column(c + <usize>i * step, lines + (<usize>i << 2), 16)
    lines += 16 * LINE
    c += 64
  }
  if (j < columns)
    for (let i = 0; i < rows; i++) column(c + <usize>i * step, lines + (<usize>i << 2), columns - j)
}

/** Loads a column of the lines. */
// @ts-ignore: decorator
@inline
function column(to: usize, from: usize, count: i32): void {
  for (const end = to + (<usize>count << 2); to < end; to += 4) {
    store<f32>(to, load<f32>(from))
    from += LINE
  }
}
