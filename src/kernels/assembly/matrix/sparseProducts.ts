// Products with the few rows of a matrix that a sparse row names, in the order that src/program/products.ts defines.

import { note } from '../step/touched'

/** The number of indices in a sparse row, at most n. */
// @ts-ignore: decorator
@inline
function activeOf<T>(h: usize, n: i32): i32 {
  const count = load<T>(h)
  // The number of iterations of a loop with k < count: the next whole number, and 0 for NaN.
  return count > <T>0 ? (count < <T>n ? <i32>ceil<T>(count) : n) : 0
}

/** y += x·row. */
function addTimes<T>(y: usize, row: usize, x: T, bytes: usize): void {
  const all = v128.splat<T>(x)
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16)
    v128.store(y + at, v128.add<T>(v128.load(y + at), v128.mul<T>(all, v128.load(row + at))))
  for (; at < bytes; at += sizeof<T>()) store<T>(y + at, <T>(load<T>(y + at) + <T>(x * load<T>(row + at))))
}

/** y = b + Σ v_k·W[i_k] over a sparse row h, which holds its count and then the indices i and values v. */
export function sparseDense<T>(y: usize, h: usize, w: usize, b: usize, hasBias: bool, n: i32, m: i32, rows: i32): void {
  const bytes = <usize>m * sizeof<T>()
  if (m < 4) {
    for (let at: usize = 0; at < bytes; at += sizeof<T>())
      store<T>(y + at, <T>(sparseInLanes<T>(h, w + at, bytes, n, rows) + (hasBias ? load<T>(b + at) : <T>0)))
    return
  }
  for (let at: usize = 0; at < bytes; at += sizeof<T>()) store<T>(y + at, hasBias ? <T>(<T>0 + load<T>(b + at)) : <T>0)
  const count = activeOf<T>(h, n)
  for (let k = 0; k < count; k++) {
    h += 2 * sizeof<T>()
    const i = load<T>(h - sizeof<T>())
    if (!(i >= <T>0 && i < <T>rows)) continue
    addTimes<T>(y, w + <usize>i * bytes, load<T>(h), bytes)
  }
}

/** Σ v_k·w[i_k] in four lanes. */
function sparseInLanes<T>(h: usize, w: usize, stride: usize, n: i32, rows: i32): T {
  let l0: T = <T>0
  let l1: T = <T>0
  let l2: T = <T>0
  let l3: T = <T>0
  const count = activeOf<T>(h, n)
  for (let k = 0, lane = 0; k < count; k++) {
    h += 2 * sizeof<T>()
    const i = load<T>(h - sizeof<T>())
    if (!(i >= <T>0 && i < <T>rows)) continue
    const term = <T>(load<T>(h) * load<T>(w + <usize>i * stride))
    if (lane == 0) l0 = <T>(l0 + term)
    else if (lane == 1) l1 = <T>(l1 + term)
    else if (lane == 2) l2 = <T>(l2 + term)
    else l3 = <T>(l3 + term)
    lane = (lane + 1) & 3
  }
  return <T>(<T>(<T>(l0 + l1) + l2) + l3)
}

/** W̄[i_k] += v_k·δ. The rows are noted in the list, unless its address is 0. */
export function sparseAdd<T>(
  y: usize, h: usize, delta: usize, list: usize, n: i32, m: i32, rows: i32, room: i32,
): void {
  const bytes = <usize>m * sizeof<T>()
  const count = activeOf<T>(h, n)
  for (let k = 0; k < count; k++) {
    h += 2 * sizeof<T>()
    const i = load<T>(h - sizeof<T>())
    if (!(i >= <T>0 && i < <T>rows)) continue
    addTimes<T>(y + <usize>i * bytes, delta, load<T>(h), bytes)
    if (list != 0) note(list, <f64><i32>i, room)
  }
}
