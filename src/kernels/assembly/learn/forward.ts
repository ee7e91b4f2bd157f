// y = activation(xW + b) of one row, with the bits of `dense` and its activation.

import { Activation } from '../abi'
import { contiguousInLanes, inLanes } from '../vector/inLanes'
import { relus, sigmoids, tanhs } from '../math/elementwise'
import { madd } from '../vector/madd'

export function activate<T>(kind: i32, y: usize, m: i32): void {
  if (kind == Activation.relu) relus<T>(y, y, m)
  else if (kind == Activation.tanh) tanhs<T>(y, y, m)
  else if (kind == Activation.sigmoid) sigmoids<T>(y, y, m)
}

/** Computes fewer than four results: each is a sum in lanes, to which the bias is added last. */
export function forwardFew<T>(y: usize, x: usize, w: usize, b: usize, n: i32, m: i32): void {
  const size = sizeof<T>()
  if (m == 1) {
    store<T>(y, <T>(contiguousInLanes<T>(x, w, n) + (b != 0 ? load<T>(b) : <T>0)))
    return
  }
  for (let j = 0; j < m; j++) {
    const at = <usize>j * size
    store<T>(y + at, <T>(inLanes<T>(x, w + at, m, n) + (b != 0 ? load<T>(b + at) : <T>0)))
  }
}

/**
 * Keeps sixty-four bytes of results at a time in registers. The last of these blocks may reach beyond the row: it reads
 * other numbers of the arena there, and it writes only into the padding of `y`.
 */
export function forward<T>(y: usize, x: usize, w: usize, b: usize, n: i32, m: i32): void {
  const rowBytes = <usize>m * sizeof<T>()
  const end = x + <usize>n * sizeof<T>()
  const zero = v128.splat<T>(<T>0)
  for (let at: usize = 0; at < rowBytes; at += 64) {
    let a0 = zero
    let a1 = zero
    let a2 = zero
    let a3 = zero
    if (b != 0) {
      a0 = v128.add<T>(zero, v128.load(b + at))
      a1 = v128.add<T>(zero, v128.load(b + at, 16))
      a2 = v128.add<T>(zero, v128.load(b + at, 32))
      a3 = v128.add<T>(zero, v128.load(b + at, 48))
    }
    let row = w + at
    for (let p = x; p < end; p += sizeof<T>()) {
      const all = sizeof<T>() == 4 ? v128.load32_splat(p) : v128.load64_splat(p)
      a0 = madd<T>(a0, all, v128.load(row))
      a1 = madd<T>(a1, all, v128.load(row, 16))
      a2 = madd<T>(a2, all, v128.load(row, 32))
      a3 = madd<T>(a3, all, v128.load(row, 48))
      row += rowBytes
    }
    v128.store(y + at, a0)
    v128.store(y + at, a1, 16)
    v128.store(y + at, a2, 32)
    v128.store(y + at, a3, 48)
  }
}
