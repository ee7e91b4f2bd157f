// An instruction of many rows as one product of matrices, where it pays.

import { dots, fits } from './dots'
import { gemm } from './gemm'
import * as products from './products'

const WORD: usize = 4
const DENSE = 20
const DENSE_INPUT = 21
const OUTER_ADD = 23

/** Fewer rows go by one by one. */
const FEW = 4

/**
 * Does an instruction for `count` rows at once: each operand's first address, and how far on the next row's stands.
 * @returns whether it did; if not, the rows are for the caller
 */
export function asProduct<T>(
  at: usize, out: usize, a: usize, b: usize, c: usize,
  outStep: usize, aStep: usize, bStep: usize, cStep: usize, count: i32, scratch: usize,
): bool {
  if (count < FEW || aStep == 0) return false
  const n = load<i32>(at, 6 * WORD)
  const m = load<i32>(at, 7 * WORD)
  const op = load<i32>(at)
  if (op == DENSE) {
    if (m < 4 || outStep == 0 || bStep != 0 || cStep != 0) return false
    dense<T>(out, outStep, a, aStep, b, c, load<i32>(at, 5 * WORD) >= 0, n, m, count, scratch)
    return true
  }
  if (op == OUTER_ADD) {
    if (outStep != 0 || bStep == 0) return false
    const leaving = !finite<T>(b, bStep, m, count)
    gemm<T>(out, <usize>m * sizeof<T>(), a, aStep, true, b, bStep, n, m, count, leaving, scratch)
    return true
  }
  if (op == DENSE_INPUT) {
    if (outStep == 0 || bStep != 0 || !fits<T>(m)) return false
    dots<T>(out, outStep, a, aStep, b, count, n, m, scratch)
    return true
  }
  return false
}

/** Y = XW + b. */
function dense<T>(
  y: usize, yStep: usize, x: usize, xStep: usize, w: usize, b: usize, hasBias: bool, n: i32, m: i32, count: i32,
  scratch: usize,
): void {
  const bytes = <usize>m * sizeof<T>()
  for (let row = 0; row < count; row++) {
    const to = y + <usize>row * yStep
    if (!hasBias) memory.fill(to, 0, bytes)
    else for (let at: usize = 0; at < bytes; at += sizeof<T>()) store<T>(to + at, <T>(<T>0 + load<T>(b + at)))
  }
  gemm<T>(y, yStep, x, xStep, false, w, bytes, count, m, n, false, scratch)
  // NaN may be 0·∞, a term that is to be left out: one by one then
  for (let row = 0; row < count; row++) {
    const to = y + <usize>row * yStep
    if (hasNaN<T>(to, m)) products.dense<T>(to, x + <usize>row * xStep, w, b, hasBias, n, m)
  }
}

function hasNaN<T>(x: usize, n: i32): bool {
  for (let i = 0; i < n; i++) {
    const value = load<T>(x + <usize>i * sizeof<T>())
    if (value != value) return true
  }
  return false
}

function finite<T>(x: usize, step: usize, n: i32, count: i32): bool {
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < n; i++) {
      const value = load<T>(x + <usize>i * sizeof<T>())
      if (!(abs<T>(value) < <T>Infinity)) return false
    }
    x += step
  }
  return true
}
