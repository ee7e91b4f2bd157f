// Y = XWᵀ, where each result is a sum in the four lanes of src/program/products.ts, since both factors are stored along
// the terms. Two rows of X by sixteen bytes of results stay in registers while the terms go by, four at a time.

import { madd } from '../vector/madd'
import { BLOCK, interleave, PANEL } from './pack'

/** The number of rows of X in a tile. */
const TALL = 2

/** Says whether this number of terms fits the panels. */
export function fitsPanels<T>(terms: i32): bool {
  return packed<T>(terms) * (16 / sizeof<T>()) <= PANEL
}

/** The bytes of a row, rounded up to whole lanes: a term of 0·0 changes no sum, since no sum is −0. */
// @ts-ignore: decorator
@inline
function packed<T>(terms: i32): usize {
  return <usize>((terms + 3) & ~3) * sizeof<T>()
}

/** Computes `tall` rows of Y with `wide` results in each and `terms` terms to a result. */
export function dots<T>(
  y: usize, yStep: usize, x: usize, xStep: usize, w: usize, tall: i32, wide: i32, terms: i32, scratch: usize,
): void {
  const size = sizeof<T>()
  const results = <i32>(16 / size)
  const rowBytes = packed<T>(terms)
  const most = <i32>(BLOCK / rowBytes) & ~1
  const panel = scratch + BLOCK
  for (let top = 0; top < tall; top += most) {
    const rows = min(most, tall - top)
    let to = scratch
    for (let i = top; i < top + rows; i += TALL) {
      interleave<T>(to, x + <usize>i * xStep, xStep, terms, min(TALL, top + rows - i), TALL)
      to += TALL * rowBytes
    }
    for (let j = 0; j < wide; j += results) {
      const some = min(results, wide - j)
      interleave<T>(panel, w + <usize>j * <usize>terms * size, <usize>terms * size, terms, some, results)
      let at = y + <usize>top * yStep + <usize>j * size
      let from = scratch
      for (let i = 0; i < rows; i += TALL) {
        // Where the tile's second row does not exist, it shares the place of the first row, which is written after it.
        const next = i + 1 < rows ? at + yStep : at
        if (some < results) edge<T>(at, next, from, panel, rowBytes, <usize>some * size, panel + PANEL)
        else if (size == 4) tile_f32(at, next, from, panel, rowBytes)
        else tile_f64(at, next, from, panel, rowBytes)
        at += TALL * yStep
        from += TALL * rowBytes
      }
    }
  }
}

/** Computes a row's four f32 results from the four lanes of each. */
// @ts-ignore: decorator
@inline
function added_f32(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  const a = v128.shuffle<f32>(s0, s1, 0, 4, 1, 5)
  const b = v128.shuffle<f32>(s2, s3, 0, 4, 1, 5)
  const c = v128.shuffle<f32>(s0, s1, 2, 6, 3, 7)
  const d = v128.shuffle<f32>(s2, s3, 2, 6, 3, 7)
  const l0 = v128.shuffle<f64>(a, b, 0, 2)
  const l1 = v128.shuffle<f64>(a, b, 1, 3)
  const l2 = v128.shuffle<f64>(c, d, 0, 2)
  const l3 = v128.shuffle<f64>(c, d, 1, 3)
  return f32x4.add(f32x4.add(f32x4.add(l0, l1), l2), l3)
}

/** Computes two rows by four results. */
function tile_f32(y0: usize, y1: usize, x: usize, w: usize, rowBytes: usize): void {
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s02 = s00
  let s03 = s00
  let s10 = s00
  let s11 = s00
  let s12 = s00
  let s13 = s00
  const end = w + 4 * rowBytes
  while (w < end) {
    const x0 = v128.load(x)
    const x1 = v128.load(x, 16)
    let v = v128.load(w)
    s00 = madd<f32>(s00, x0, v)
    s10 = madd<f32>(s10, x1, v)
    v = v128.load(w, 16)
    s01 = madd<f32>(s01, x0, v)
    s11 = madd<f32>(s11, x1, v)
    v = v128.load(w, 32)
    s02 = madd<f32>(s02, x0, v)
    s12 = madd<f32>(s12, x1, v)
    v = v128.load(w, 48)
    s03 = madd<f32>(s03, x0, v)
    s13 = madd<f32>(s13, x1, v)
    x += 32
    w += 64
  }
  v128.store(y1, added_f32(s10, s11, s12, s13))
  v128.store(y0, added_f32(s00, s01, s02, s03))
}

/** Computes a row's two f64 results from the low lanes and the high lanes of each. */
// @ts-ignore: decorator
@inline
function added_f64(low0: v128, high0: v128, low1: v128, high1: v128): v128 {
  const sum = f64x2.add(v128.shuffle<f64>(low0, low1, 0, 2), v128.shuffle<f64>(low0, low1, 1, 3))
  return f64x2.add(f64x2.add(sum, v128.shuffle<f64>(high0, high1, 0, 2)), v128.shuffle<f64>(high0, high1, 1, 3))
}

/** Computes two rows by two results. */
function tile_f64(y0: usize, y1: usize, x: usize, w: usize, rowBytes: usize): void {
  let low00 = f64x2.splat(0)
  let high00 = low00
  let low01 = low00
  let high01 = low00
  let low10 = low00
  let high10 = low00
  let low11 = low00
  let high11 = low00
  const end = w + 2 * rowBytes
  while (w < end) {
    const w0 = v128.load(w)
    const w1 = v128.load(w, 32)
    let v = v128.load(x)
    low00 = f64x2.add(low00, f64x2.mul(v, w0))
    low01 = f64x2.add(low01, f64x2.mul(v, w1))
    v = v128.load(x, 32)
    low10 = f64x2.add(low10, f64x2.mul(v, w0))
    low11 = f64x2.add(low11, f64x2.mul(v, w1))
    const u0 = v128.load(w, 16)
    const u1 = v128.load(w, 48)
    v = v128.load(x, 16)
    high00 = f64x2.add(high00, f64x2.mul(v, u0))
    high01 = f64x2.add(high01, f64x2.mul(v, u1))
    v = v128.load(x, 48)
    high10 = f64x2.add(high10, f64x2.mul(v, u0))
    high11 = f64x2.add(high11, f64x2.mul(v, u1))
    x += 64
    w += 64
  }
  v128.store(y1, added_f64(low10, high10, low11, high11))
  v128.store(y0, added_f64(low00, high00, low01, high01))
}

/** Computes a tile of fewer results than sixteen bytes, in a copy. */
function edge<T>(y0: usize, y1: usize, x: usize, w: usize, rowBytes: usize, bytes: usize, copy: usize): void {
  if (sizeof<T>() == 4) tile_f32(copy, copy + 16, x, w, rowBytes)
  else tile_f64(copy, copy + 16, x, w, rowBytes)
  memory.copy(y1, copy + 16, bytes)
  memory.copy(y0, copy, bytes)
}
