// A memory of the last rows, and the nearest of them: the twin of src/program/nearest.ts.

import { CLASSES, NEAREST_FURTHEST, NEAREST_MOST, NEAREST_SOFTENED } from '../abi'

/** The slots of the nearest rows so far and their squared distances, and the distances of four rows side by side. */
const slots: usize = memory.data(4 * NEAREST_MOST, 16)
const squares: usize = memory.data(8 * NEAREST_MOST, 16)
const side: usize = memory.data(32, 16)

function nextSlot(count: f64, m: i32): i32 {
  const slot = floor<f64>(count - <f64>m * floor<f64>(count / <f64>m))
  return slot > 0 && slot < <f64>m ? <i32>slot : 0
}

/** Copies n numbers as f64, `stride` bytes apart; returns the address behind them. */
function spread<T>(from: usize, to: usize, n: i32, stride: usize): usize {
  for (let j = 0; j < n; j++) {
    store<f64>(to, <f64>load<T>(from))
    from += sizeof<T>()
    to += stride
  }
  return to
}

export function remember<T>(out: usize, a: usize, b: usize, n: i32, m: i32, k: i32): void {
  const count = load<f64>(out)
  const stride = <usize>m << 3
  spread<f64>(b, spread<T>(a, out + 8 + (<usize>nextSlot(count, m) << 3), n, stride), k, stride)
  store<f64>(out, count + 1)
}

/** Puts a row in its place among the nearest, if it is one; returns how many there are. */
function put(slot: i32, sum: f64, held: i32, k: i32): i32 {
  const squared = sum < NEAREST_FURTHEST ? sum : NEAREST_FURTHEST
  let at = held
  if (held == k) {
    if (!(squared <= load<f64>(squares + (<usize>(k - 1) << 3)))) return held
    at--
  }
  const now = at + 1
  for (; at > 0; at--) {
    const before = load<f64>(squares + (<usize>(at - 1) << 3))
    if (!(before >= squared)) break
    store<f64>(squares + (<usize>at << 3), before)
    store<i32>(slots + (<usize>at << 2), load<i32>(slots + (<usize>(at - 1) << 2)))
  }
  store<f64>(squares + (<usize>at << 3), squared)
  store<i32>(slots + (<usize>at << 2), slot)
  return now
}

/**
 * Looks at the rows in the slots `from` up to `to`, four side by side, of which the last ones may lie beyond; returns
 * how many rows are among the nearest.
 */
function look(x: usize, columns: usize, n: i32, m: i32, k: i32, from: i32, to: i32, given: i32): i32 {
  let held = given
  for (let slot = from; slot < to; slot += 4) {
    let at = columns + (<usize>slot << 3)
    let s0 = f64x2.splat(0)
    let s1 = s0
    for (let j: usize = 0, end = <usize>n << 3; j < end; j += 8) {
      const own = v128.load64_splat(x + j)
      const d0 = f64x2.sub(own, v128.load(at))
      const d1 = f64x2.sub(own, v128.load(at, 16))
      s0 = f64x2.add(s0, f64x2.mul(d0, d0))
      s1 = f64x2.add(s1, f64x2.mul(d1, d1))
      at += <usize>m << 3
    }
    if (held == k) {
      const limit = load<f64>(squares + (<usize>(k - 1) << 3))
      const limits = f64x2.splat(limit)
      const near = v128.or(f64x2.le(s0, limits), f64x2.le(s1, limits))
      if (limit < NEAREST_FURTHEST && !v128.any_true(near)) continue
    }
    v128.store(side, s0)
    v128.store(side, s1, 16)
    for (let i = slot, end = min(slot + 4, to); i < end; i++)
      held = put(i, load<f64>(side + (<usize>(i - slot) << 3)), held, k)
  }
  return held
}

export function nearest<T>(out: usize, a: usize, b: usize, n: i32, m: i32, k: i32, flags: i32): void {
  const x = out + (<usize>(flags >> 1) << 3)
  spread<T>(a, x, n, 8)
  nearestTo(x, out, b, n, m, k, flags)
}

function nearestTo(x: usize, out: usize, b: usize, n: i32, m: i32, k: i32, flags: i32): void {
  const results = flags >> 1
  const columns = b + 8
  const count = load<f64>(b)
  const full = !(count < <f64>m)
  const oldest = full ? nextSlot(count, m) : 0
  let held = look(x, columns, n, m, k, oldest, full ? m : <i32>max<f64>(0, count), 0)
  held = look(x, columns, n, m, k, 0, oldest, held)
  let total: f64 = 0
  for (let i = 0; i < held; i++) total += weightOf(i, n)
  for (let j = out; j < x; j += 8) store<f64>(j, 0)
  for (let i = 0; i < held; i++) {
    const share = weightOf(i, n) / total
    const labels = columns + (<usize>(n * m + load<i32>(slots + (<usize>i << 2))) << 3)
    if (flags & CLASSES) {
      const label = load<f64>(labels)
      if (label >= 0 && label < <f64>results) add(out + (<usize>label << 3), share)
    } else
      for (let t = 0; t < results; t++)
        add(out + (<usize>t << 3), share * load<f64>(labels + (<usize>(t * m) << 3)))
  }
}

function weightOf(i: i32, n: i32): f64 {
  return 1 / (load<f64>(squares + (<usize>i << 3)) / <f64>max<i32>(n, 1) + NEAREST_SOFTENED)
}
function add(at: usize, x: f64): void {
  store<f64>(at, load<f64>(at) + x)
}
