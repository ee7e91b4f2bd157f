// C += A·B in blocks that stay in the caches. Each result's terms are added to it one after another, in the order of
// src/program/products.ts, whatever the blocks are. A tile of C, which has four or six rows by two vectors, stays in
// registers while its terms go by.

import { mostlyNot } from './listed'
import { madd } from '../vector/madd'
import { BLOCK, FOUR, leaveOut, packAcross, packDown, packTall, PANEL, TALL, TILE, WIDE } from './pack'

/** The largest number of terms in one pass: a panel of B with this many terms stays in the first-level cache. */
const DEPTH = 400

/**
 * C += A·B with `tall` rows of C, `wide` results in each and `deep` terms to a result. A row of A belongs to a result's
 * row, or to a term where `byTerm` says so. Terms whose factor in A is 0 may be added as well. `leaving` them all out
 * is slow, and is needed where factors in B may not be finite.
 */
export function gemm<T>(
  c: usize, cStep: usize, a: usize, aStep: usize, byTerm: bool, b: usize, bStep: usize,
  tall: i32, wide: i32, deep: i32, leaving: bool, scratch: usize,
): void {
  const size = sizeof<T>()
  const lanes = <i32>(WIDE / size)
  const panel = scratch + BLOCK
  // The passes are as equal in length as possible.
  const passes = max(1, (deep + DEPTH - 1) / DEPTH)
  const depth = (deep + passes - 1) / passes
  // Where few factors are 0, searching for terms to leave out costs more than it saves.
  const gaps = byTerm ? mostlyNot<T>(a, aStep, tall, deep) : mostlyNot<T>(a, aStep, deep, tall)
  for (let k = 0; k < deep; k += depth) {
    const terms = min(depth, deep - k)
    // The room of a tile's factors: their number, then for each term the factors of the tile's rows and the term's
    // place in the panel.
    const room = (16 + <usize>terms * (TALL * size + 4) + 15) & ~15
    const most = min(tall, <i32>(BLOCK / room) * TALL)
    for (let top = 0; top < tall; top += most) {
      const rows = min(most, tall - top)
      let to = scratch
      for (let i = top, some = 0; i < top + rows; i += some) {
        some = rowsOf(top + rows - i)
        const from = byTerm ? a + <usize>k * aStep + <usize>i * size : a + <usize>i * aStep + <usize>k * size
        if (some <= FOUR) group<T>(FOUR, to, byTerm, from, aStep, terms, some, gaps)
        else group<T>(TALL, to, byTerm, from, aStep, terms, some, gaps)
        to += room
      }
      for (let j = 0; j < wide; j += lanes) {
        const bytes = min(WIDE, <usize>(wide - j) * size)
        packAcross<T>(panel, WIDE, b + <usize>k * bStep + <usize>j * size, bStep, terms, bytes)
        let at = c + <usize>top * cStep + <usize>j * size
        let from = scratch
        for (let i = 0, some = 0; i < rows; i += some) {
          some = rowsOf(rows - i)
          const whole = (some == TALL || some == FOUR) && bytes == WIDE
          if (whole) tile<T>(some, at, cStep, from, panel, terms, leaving, gaps)
          else edge<T>(at, cStep, from, panel, terms, leaving, gaps, some, bytes, panel + PANEL)
          at += <usize>some * cStep
          from += room
        }
      }
    }
  }
}

/**
 * How many of the remaining rows the next tile takes. Of eight, for example, it takes four, so that the last tile is
 * full as well.
 */
// @ts-ignore: decorator
@inline
function rowsOf(left: i32): i32 {
  return left > TALL && left <= 2 * FOUR ? FOUR : min(TALL, left)
}

/** Packs a tile's factors: their number first, then for each term `tall` of them (a constant) side by side. */
// @ts-ignore: decorator
@inline
function group<T>(
  tall: i32, to: usize, byTerm: bool, from: usize, step: usize, terms: i32, some: i32, gaps: bool,
): void {
  const width = <usize>tall * sizeof<T>()
  if (byTerm) packAcross<T>(to + 16, width, from, step, terms, <usize>some * sizeof<T>())
  else if (tall == FOUR) packDown<T>(to + 16, width, from, step, terms, some)
  else packTall<T>(to + 16, from, step, terms, some)
  if (gaps) leaveOut<T>(to, terms, tall)
  else store<u32>(to, <u32>(terms * tall))
}

/** All ones in the lanes that are −0. */
// @ts-ignore: decorator
@inline
function negativeZero<T>(x: v128): v128 {
  return sizeof<T>() == 4 ? i32x4.eq(x, i32x4.splat(i32.MIN_VALUE)) : i64x2.eq(x, i64x2.splat(i64.MIN_VALUE))
}
// @ts-ignore: decorator
@inline
function anyNegativeZero<T>(a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.or(negativeZero<T>(a), v128.or(negativeZero<T>(b), v128.or(negativeZero<T>(c), negativeZero<T>(d))))
}

/** Adds `count` terms to a tile of C: for each term `a` holds a factor of each row, and `b` holds two vectors. */
function tile<T>(rows: i32, c: usize, step: usize, a: usize, b: usize, count: i32, leaving: bool, gaps: bool): void {
  if (TALL > FOUR && rows > FOUR) {
    if (gaps) sums<T>(TALL, true, c, step, a, b, count, leaving)
    else sums<T>(TALL, false, c, step, a, b, count, leaving)
  } else if (gaps) sums<T>(FOUR, true, c, step, a, b, count, leaving)
  else sums<T>(FOUR, false, c, step, a, b, count, leaving)
}

/** The number of rows, and whether terms are left out, are constants, so each case is compiled to code of its own. */
// @ts-ignore: decorator
@inline
function sums<T>(tall: i32, gaps: bool, c: usize, step: usize, a: usize, b: usize, count: i32, leaving: bool): void {
  const d1 = c + step
  const d2 = d1 + step
  const d3 = d2 + step
  let c00 = v128.load(c)
  let c01 = v128.load(c, 16)
  let c10 = v128.load(d1)
  let c11 = v128.load(d1, 16)
  let c20 = v128.load(d2)
  let c21 = v128.load(d2, 16)
  let c30 = v128.load(d3)
  let c31 = v128.load(d3, 16)
  const d4 = tall > FOUR ? d3 + step : c
  const d5 = tall > FOUR ? d4 + step : c
  let c40 = tall > FOUR ? v128.load(d4) : c00
  let c41 = tall > FOUR ? v128.load(d4, 16) : c01
  let c50 = tall > FOUR ? v128.load(d5) : c00
  let c51 = tall > FOUR ? v128.load(d5, 16) : c01
  const first = anyNegativeZero<T>(c00, c01, c10, c11)
  const last = anyNegativeZero<T>(c20, c21, c30, c31)
  const more = anyNegativeZero<T>(c40, c41, c50, c51)
  // A sum that starts at −0 stays −0 as long as its terms are left out; no other sum can become −0.
  const all = v128.or(first, tall > FOUR ? v128.or(last, more) : last)
  if (leaving || v128.any_true(all)) return tileLeaving<T>(tall, c, step, a, b, count, gaps)
  const end = a + 16 + <usize>load<u32>(a) * sizeof<T>()
  let place = a + 16 + <usize>(count * tall) * sizeof<T>()
  for (a += 16; a < end; a += <usize>tall * sizeof<T>()) {
    const from = gaps ? b + load<u32>(place) : b
    const b0 = v128.load(from)
    const b1 = v128.load(from, 16)
    let x = v128.load_splat<T>(a)
    c00 = madd<T>(c00, x, b0)
    c01 = madd<T>(c01, x, b1)
    x = v128.load_splat<T>(a, sizeof<T>())
    c10 = madd<T>(c10, x, b0)
    c11 = madd<T>(c11, x, b1)
    x = v128.load_splat<T>(a, 2 * sizeof<T>())
    c20 = madd<T>(c20, x, b0)
    c21 = madd<T>(c21, x, b1)
    x = v128.load_splat<T>(a, 3 * sizeof<T>())
    c30 = madd<T>(c30, x, b0)
    c31 = madd<T>(c31, x, b1)
    if (tall > FOUR) {
      x = v128.load_splat<T>(a, 4 * sizeof<T>())
      c40 = madd<T>(c40, x, b0)
      c41 = madd<T>(c41, x, b1)
      x = v128.load_splat<T>(a, 5 * sizeof<T>())
      c50 = madd<T>(c50, x, b0)
      c51 = madd<T>(c51, x, b1)
    }
    if (gaps) place += 4
    else b += WIDE
  }
  v128.store(c, c00)
  v128.store(c, c01, 16)
  v128.store(d1, c10)
  v128.store(d1, c11, 16)
  v128.store(d2, c20)
  v128.store(d2, c21, 16)
  v128.store(d3, c30)
  v128.store(d3, c31, 16)
  if (tall > FOUR) {
    v128.store(d4, c40)
    v128.store(d4, c41, 16)
    v128.store(d5, c50)
    v128.store(d5, c51, 16)
  }
}

/** Does the same, but leaves out all terms whose factor in `a` is 0. */
function tileLeaving<T>(tall: i32, c: usize, step: usize, a: usize, b: usize, count: i32, gaps: bool): void {
  const places = a + 16 + <usize>(count * tall) * sizeof<T>()
  const some = <i32>load<u32>(a)
  for (let i = 0; i < some; i++) {
    const x = load<T>(a + 16 + <usize>i * sizeof<T>())
    if (x == <T>0) continue
    const all = v128.splat<T>(x)
    const to = c + <usize>(i % tall) * step
    const term = <usize>(i / tall)
    const from = b + (gaps ? <usize>load<u32>(places + 4 * term) : term * WIDE)
    v128.store(to, madd<T>(v128.load(to), all, v128.load(from)))
    v128.store(to, madd<T>(v128.load(to, 16), all, v128.load(from, 16)), 16)
  }
}

/** A tile at the edge of C, where C has less than a whole tile, is computed in a copy. */
function edge<T>(
  c: usize, step: usize, a: usize, b: usize, count: i32, leaving: bool, gaps: bool, tall: i32, bytes: usize, copy: usize,
): void {
  for (let at: usize = 0; at < TILE; at += 16) v128.store(copy + at, v128.splat<T>(<T>0))
  for (let i = 0; i < tall; i++) copyElements<T>(copy + <usize>i * WIDE, c + <usize>i * step, bytes)
  tile<T>(tall, copy, WIDE, a, b, count, leaving, gaps)
  for (let i = 0; i < tall; i++) copyElements<T>(c + <usize>i * step, copy + <usize>i * WIDE, bytes)
}

// @ts-ignore: decorator
@inline
function copyElements<T>(to: usize, from: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += sizeof<T>()) store<T>(to + at, load<T>(from + at))
}
