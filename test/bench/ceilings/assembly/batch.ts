// These are products over a batch of 128 rows: dense dot products, and sums of rows over lists that leave out the zeros
// of a ReLU, which would be half of the work or more.

import { mulAdd, sumsOfFour } from './shared'

export const ROWS: usize = 128
export const CLASSES: usize = 10
/** The bytes of a list entry: the place of a row, and its factor. */
const ENTRY: usize = 8
/** The bytes of a list: 512 entries and one more cache line, so that lists do not share the same cache sets. */
export const LIST: usize = 512 * 8 + 64

/** Computes out[s][j] = max(0, x[s]·w[j] + b[j]) for all rows s and units j; strides are bytes, k a multiple of 16. */
export function denseRelu(out: usize, stride: usize, x: usize, w: usize, b: usize, k: usize, units: usize): void {
  const zero = f32x4.splat(0)
  for (let j: usize = 0; j < units; j += 4) {
    const bias = v128.load(b + (j << 2))
    const rows = w + j * k
    for (let s: usize = 0; s < ROWS; s += 2) {
      let p = x + s * k
      let q = p + k
      let w0 = rows
      let w1 = w0 + k
      let w2 = w1 + k
      let w3 = w2 + k
      let p0 = zero
      let p1 = zero
      let p2 = zero
      let p3 = zero
      let q0 = zero
      let q1 = zero
      let q2 = zero
      let q3 = zero
      const end = p + k
      while (p < end) {
        const a = v128.load(p)
        const c = v128.load(q)
        const u0 = v128.load(w0)
        p0 = mulAdd(a, u0, p0)
        q0 = mulAdd(c, u0, q0)
        const u1 = v128.load(w1)
        p1 = mulAdd(a, u1, p1)
        q1 = mulAdd(c, u1, q1)
        const u2 = v128.load(w2)
        p2 = mulAdd(a, u2, p2)
        q2 = mulAdd(c, u2, q2)
        const u3 = v128.load(w3)
        p3 = mulAdd(a, u3, p3)
        q3 = mulAdd(c, u3, q3)
        p += 16
        q += 16
        w0 += 16
        w1 += 16
        w2 += 16
        w3 += 16
      }
      const to = out + s * stride + (j << 2)
      v128.store(to, f32x4.pmax(zero, f32x4.add(bias, sumsOfFour(p0, p1, p2, p3))))
      v128.store(to + stride, f32x4.pmax(zero, f32x4.add(bias, sumsOfFour(q0, q1, q2, q3))))
    }
  }
}

/** Lists, for each row of `a`, its elements that are not 0; element j belongs to the row at j·step. */
export function listRows(lists: usize, ends: usize, a: usize, stride: usize, columns: usize, step: usize): void {
  for (let s: usize = 0; s < ROWS; s++) {
    let end = lists + s * LIST
    let row = a + s * stride
    for (let j: usize = 0; j < columns; j++) {
      const value = f32.load(row)
      store<u32>(end, <u32>(j * step))
      f32.store(end, value, 4)
      if (value != 0) end += ENTRY
      row += 4
    }
    store<u32>(ends + (s << 2), <u32>end)
  }
}

/** Lists, for each column of `a`, its elements that are not 0. */
export function listColumns(lists: usize, ends: usize, a: usize, stride: usize, columns: usize, step: usize): void {
  for (let j: usize = 0; j < columns; j++) store<u32>(ends + (j << 2), <u32>(lists + j * LIST))
  for (let s: usize = 0; s < ROWS; s++) {
    let row = a + s * stride
    for (let at = ends; at < ends + (columns << 2); at += 4) {
      const end = load<u32>(at)
      const value = f32.load(row)
      store<u32>(end, <u32>(s * step))
      f32.store(end, value, 4)
      store<u32>(at, end + (value != 0 ? <u32>ENTRY : 0))
      row += 4
    }
  }
}

export const SUBTRACT = 0
export const FROM_ROW = 1

/**
 * Computes out[r] −= Σ value·b[row] over list r, or out[r] = start + Σ. It takes thirty-two columns at a time, whose
 * sums stay in registers over the whole list. `width` is in bytes.
 */
// @ts-expect-error: decorator
@inline
export function sumRows(
  mode: i32, out: usize, stride: usize, start: usize, lists: usize, ends: usize, n: usize, b: usize, width: usize,
): void {
  const zero = f32x4.splat(0)
  for (let column: usize = 0; column < width; column += 128) {
    const source = b + column
    for (let r: usize = 0; r < n; r++) {
      let a0 = zero
      let a1 = zero
      let a2 = zero
      let a3 = zero
      let a4 = zero
      let a5 = zero
      let a6 = zero
      let a7 = zero
      const end = <usize>load<u32>(ends + (r << 2))
      for (let at = lists + r * LIST; at < end; at += ENTRY) {
        const row = source + <usize>load<u32>(at)
        const value = v128.load32_splat(at, 4)
        a0 = mulAdd(value, v128.load(row), a0)
        a1 = mulAdd(value, v128.load(row, 16), a1)
        a2 = mulAdd(value, v128.load(row, 32), a2)
        a3 = mulAdd(value, v128.load(row, 48), a3)
        a4 = mulAdd(value, v128.load(row, 64), a4)
        a5 = mulAdd(value, v128.load(row, 80), a5)
        a6 = mulAdd(value, v128.load(row, 96), a6)
        a7 = mulAdd(value, v128.load(row, 112), a7)
      }
      const to = out + r * stride + column
      const from = mode == SUBTRACT ? to : start + column
      put(mode, to, from, a0)
      put(mode, to + 16, from + 16, a1)
      put(mode, to + 32, from + 32, a2)
      put(mode, to + 48, from + 48, a3)
      put(mode, to + 64, from + 64, a4)
      put(mode, to + 80, from + 80, a5)
      put(mode, to + 96, from + 96, a6)
      put(mode, to + 112, from + 112, a7)
    }
  }
}
// @ts-expect-error: decorator
@inline
function put(mode: i32, to: usize, from: usize, a: v128): void {
  v128.store(to, mode == SUBTRACT ? f32x4.sub(v128.load(from), a) : f32x4.add(v128.load(from), a))
}

/** Subtracts the sums of the columns of e from b. */
export function subtractSums(b: usize, e: usize, stride: usize, columns: usize): void {
  for (let j: usize = 0; j < columns << 2; j += 16) {
    let a = v128.load(b + j)
    for (let s: usize = 0; s < ROWS; s++) a = f32x4.sub(a, v128.load(e + s * stride + j))
    v128.store(b + j, a)
  }
}
