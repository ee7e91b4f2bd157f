// Products of a matrix, each with the same terms, added in the same order, as src/program/products.ts defines it.

import { contiguousInLanes, inLanes } from '../vector/inLanes'
import { madd, maddOne } from '../vector/madd'

/**
 * y = xW + b. Four or more results are computed side by side, from the bias on; fewer are computed in lanes over the
 * inputs.
 */
export function dense<T>(y: usize, x: usize, w: usize, b: usize, hasBias: bool, n: i32, m: i32): void {
  const size = sizeof<T>()
  if (m < 4) {
    for (let j = 0; j < m; j++) {
      const at = <usize>j * size
      store<T>(y + at, <T>(inLanes<T>(x, w + at, m, n) + (hasBias ? load<T>(b + at) : <T>0)))
    }
    return
  }
  const rowBytes = <usize>m * size
  const zero = v128.splat<T>(<T>0)
  let at: usize = 0
  // Sixty-four bytes of results at a time stay in registers while the inputs go by.
  for (; at + 64 <= rowBytes; at += 64) {
    let a0 = zero
    let a1 = zero
    let a2 = zero
    let a3 = zero
    if (hasBias) {
      a0 = v128.add<T>(zero, v128.load(b + at))
      a1 = v128.add<T>(zero, v128.load(b + at, 16))
      a2 = v128.add<T>(zero, v128.load(b + at, 32))
      a3 = v128.add<T>(zero, v128.load(b + at, 48))
    }
    let row = w + at
    for (let i = 0; i < n; i++) {
      const xi = load<T>(x + <usize>i * size)
      if (xi != <T>0) {
        const all = v128.splat<T>(xi)
        a0 = madd<T>(a0, all, v128.load(row))
        a1 = madd<T>(a1, all, v128.load(row, 16))
        a2 = madd<T>(a2, all, v128.load(row, 32))
        a3 = madd<T>(a3, all, v128.load(row, 48))
      }
      row += rowBytes
    }
    v128.store(y + at, a0)
    v128.store(y + at, a1, 16)
    v128.store(y + at, a2, 32)
    v128.store(y + at, a3, 48)
  }
  for (; at + 16 <= rowBytes; at += 16) {
    let a0 = hasBias ? v128.add<T>(zero, v128.load(b + at)) : zero
    let row = w + at
    for (let i = 0; i < n; i++) {
      const xi = load<T>(x + <usize>i * size)
      if (xi != <T>0) a0 = madd<T>(a0, v128.splat<T>(xi), v128.load(row))
      row += rowBytes
    }
    v128.store(y + at, a0)
  }
  for (; at < rowBytes; at += size) {
    let sum = hasBias ? <T>(<T>0 + load<T>(b + at)) : <T>0
    let row = w + at
    for (let i = 0; i < n; i++) {
      const xi = load<T>(x + <usize>i * size)
      if (xi != <T>0) sum = maddOne<T>(sum, xi, load<T>(row))
      row += rowBytes
    }
    store<T>(y + at, sum)
  }
}

/** x̄ = Wδ, with each result in four lanes. */
export function denseInput<T>(y: usize, delta: usize, w: usize, n: i32, m: i32): void {
  const rowBytes = <usize>m * sizeof<T>()
  for (let i = 0; i < n; i++) {
    store<T>(y + <usize>i * sizeof<T>(), contiguousInLanes<T>(delta, w, m))
    w += rowBytes
  }
}

/** Writes x ⊗ δ, or adds it to what is there; when adding, rows whose x is 0 are left out. */
export function outer<T>(y: usize, x: usize, delta: usize, n: i32, m: i32, add: bool): void {
  const rowBytes = <usize>m * sizeof<T>()
  for (let i = 0; i < n; i++) {
    const xi = load<T>(x + <usize>i * sizeof<T>())
    if (!add || xi != <T>0) {
      const all = v128.splat<T>(xi)
      let at: usize = 0
      for (; at + 16 <= rowBytes; at += 16) {
        const product = v128.mul<T>(all, v128.load(delta + at))
        v128.store(y + at, add ? v128.add<T>(v128.load(y + at), product) : product)
      }
      for (; at < rowBytes; at += sizeof<T>()) {
        const product = <T>(xi * load<T>(delta + at))
        store<T>(y + at, add ? <T>(load<T>(y + at) + product) : product)
      }
    }
    y += rowBytes
  }
}

/**
 * [n, k] times [k, m], with the terms added one after another. Flag 1 says that a is stored transposed, flag 2 that b
 * is.
 */
export function matmul<T>(y: usize, a: usize, b: usize, n: i32, m: i32, k: i32, flags: i32): void {
  const size = sizeof<T>()
  const rowA = <usize>(flags & 1 ? 1 : k) * size
  const columnA = <usize>(flags & 1 ? n : 1) * size
  const rowB = <usize>(flags & 2 ? 1 : m) * size
  const columnB = <usize>(flags & 2 ? k : 1) * size
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let total = <T>0
      let p = a + <usize>i * rowA
      let q = b + <usize>j * columnB
      for (let l = 0; l < k; l++) {
        total = <T>(total + <T>(load<T>(p) * load<T>(q)))
        p += columnA
        q += rowB
      }
      store<T>(y + <usize>(i * m + j) * size, total)
    }
}
