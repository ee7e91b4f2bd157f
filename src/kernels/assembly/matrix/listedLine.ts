// A line of results stays in registers while the factors of a list go by, each multiplied by its row of a panel.

import { madd } from '../vector/madd'

/**
 * The bytes of a line. It has six vectors, since some compilers would spill one of eight to the stack. Where a product
 * and its sum are one operation it has eleven, since eight of them would wait for one another.
 */
export const LINE: usize = ASC_FEATURE_RELAXED_SIMD ? 176 : 96
export const LANES = <i32>(LINE >> 2)
/** The bytes of an entry of a list: a factor, and the place of its row in the panel. */
export const ENTRY: usize = 8

/** What a line becomes: itself plus the terms one after another, the sum of the terms, or itself plus that sum. */
export const MORE = 0
export const SUM = 1
export const PLUS_SUM = 2

// @ts-ignore: decorator
@inline
function started(how: i32, c: usize): v128 {
  return how == MORE ? v128.load(c) : f32x4.splat(0)
}

// @ts-ignore: decorator
@inline
function put(how: i32, c: usize, sum: v128): void {
  v128.store(c, how == PLUS_SUM ? f32x4.add(v128.load(c), sum) : sum)
}

/** Computes the line at `c` from the entries between `at` and `end`; `how`, a constant, is one of the three above. */
// @ts-ignore: decorator
@inline
export function line(how: i32, c: usize, at: usize, end: usize): void {
  let c0 = started(how, c)
  let c1 = started(how, c + 16)
  let c2 = started(how, c + 32)
  let c3 = started(how, c + 48)
  let c4 = started(how, c + 64)
  let c5 = started(how, c + 80)
  let c6 = started(LINE > 96 ? how : SUM, c + 96)
  let c7 = started(LINE > 96 ? how : SUM, c + 112)
  let c8 = started(LINE > 96 ? how : SUM, c + 128)
  let c9 = started(LINE > 96 ? how : SUM, c + 144)
  let c10 = started(LINE > 96 ? how : SUM, c + 160)
  for (; at < end; at += ENTRY) {
    const x = v128.load32_splat(at)
    const row = <usize>load<u32>(at, 4)
    c0 = madd<f32>(c0, x, v128.load(row))
    c1 = madd<f32>(c1, x, v128.load(row, 16))
    c2 = madd<f32>(c2, x, v128.load(row, 32))
    c3 = madd<f32>(c3, x, v128.load(row, 48))
    c4 = madd<f32>(c4, x, v128.load(row, 64))
    c5 = madd<f32>(c5, x, v128.load(row, 80))
    if (LINE > 96) {
      c6 = madd<f32>(c6, x, v128.load(row, 96))
      c7 = madd<f32>(c7, x, v128.load(row, 112))
      c8 = madd<f32>(c8, x, v128.load(row, 128))
      c9 = madd<f32>(c9, x, v128.load(row, 144))
      c10 = madd<f32>(c10, x, v128.load(row, 160))
    }
  }
  put(how, c, c0)
  put(how, c + 16, c1)
  put(how, c + 32, c2)
  put(how, c + 48, c3)
  put(how, c + 64, c4)
  put(how, c + 80, c5)
  if (LINE > 96) {
    put(how, c + 96, c6)
    put(how, c + 112, c7)
    put(how, c + 128, c8)
    put(how, c + 144, c9)
    put(how, c + 160, c10)
  }
}

/** Packs `count` rows into the panel, each of `have` bytes and filled up with zeros. */
export function packPanel(panel: usize, from: usize, step: usize, count: i32, have: usize): void {
  for (const end = panel + <usize>count * LINE; panel < end; panel += LINE) {
    if (have == LINE) {
      v128.store(panel, v128.load(from))
      v128.store(panel, v128.load(from, 16), 16)
      v128.store(panel, v128.load(from, 32), 32)
      v128.store(panel, v128.load(from, 48), 48)
      v128.store(panel, v128.load(from, 64), 64)
      v128.store(panel, v128.load(from, 80), 80)
      if (LINE > 96) {
        v128.store(panel, v128.load(from, 96), 96)
        v128.store(panel, v128.load(from, 112), 112)
        v128.store(panel, v128.load(from, 128), 128)
        v128.store(panel, v128.load(from, 144), 144)
        v128.store(panel, v128.load(from, 160), 160)
      }
    } else {
      for (let at: usize = 0; at < LINE; at += 16) v128.store(panel + at, f32x4.splat(0))
      memory.copy(panel, from, have)
    }
    from += step
  }
}
