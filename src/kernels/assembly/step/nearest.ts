// A memory of the last rows, and the nearest of them: the twin of src/program/nearest.ts.

import { CLASSES, NEAREST_FURTHEST, NEAREST_MOST, NEAREST_SOFTENED } from '../abi'

/** The slots of the nearest rows so far and their squared distances, and the distances of eight rows side by side. */
const slots: usize = memory.data(4 * NEAREST_MOST, 16)
const squares: usize = memory.data(8 * NEAREST_MOST, 16)
const side: usize = memory.data(64, 16)

function nextSlot(count: f64, m: i32): i32 {
  const slot = floor<f64>(count - <f64>m * floor<f64>(count / <f64>m))
  return slot > 0 && slot < <f64>m ? <i32>slot : 0
}

export function remember<T>(out: usize, a: usize, b: usize, n: i32, m: i32, k: i32): void {
  const count = load<f64>(out)
  const stride = <usize>m << 3
  let at = out + 8 + (<usize>nextSlot(count, m) << 3)
  for (let j = 0; j < n; j++) {
    store<f64>(at, <f64>load<T>(a + <usize>j * sizeof<T>()))
    at += stride
  }
  for (let t = 0; t < k; t++) {
    store<f64>(at, load<f64>(b + (<usize>t << 3)))
    at += stride
  }
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

/** Looks at the rows in the slots `from` up to `to`, eight side by side; returns how many are among the nearest. */
function look<T>(a: usize, columns: usize, n: i32, m: i32, k: i32, from: i32, to: i32, given: i32): i32 {
  const stride = <usize>m << 3
  let held = given
  let slot = from
  for (; slot + 7 < to; slot += 8) {
    let at = columns + (<usize>slot << 3)
    let s0 = f64x2.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    for (let j = 0; j < n; j++) {
      const x = f64x2.splat(<f64>load<T>(a + <usize>j * sizeof<T>()))
      const d0 = f64x2.sub(x, v128.load(at))
      const d1 = f64x2.sub(x, v128.load(at, 16))
      const d2 = f64x2.sub(x, v128.load(at, 32))
      const d3 = f64x2.sub(x, v128.load(at, 48))
      s0 = f64x2.add(s0, f64x2.mul(d0, d0))
      s1 = f64x2.add(s1, f64x2.mul(d1, d1))
      s2 = f64x2.add(s2, f64x2.mul(d2, d2))
      s3 = f64x2.add(s3, f64x2.mul(d3, d3))
      at += stride
    }
    if (held == k) {
      const limit = load<f64>(squares + (<usize>(k - 1) << 3))
      const limits = f64x2.splat(limit)
      const near = v128.or(
        v128.or(f64x2.le(s0, limits), f64x2.le(s1, limits)),
        v128.or(f64x2.le(s2, limits), f64x2.le(s3, limits)),
      )
      if (limit < NEAREST_FURTHEST && !v128.any_true(near)) continue
    }
    v128.store(side, s0)
    v128.store(side, s1, 16)
    v128.store(side, s2, 32)
    v128.store(side, s3, 48)
    for (let i = 0; i < 8; i++) held = put(slot + i, load<f64>(side + (<usize>i << 3)), held, k)
  }
  for (; slot < to; slot++) {
    let at = columns + (<usize>slot << 3)
    let sum: f64 = 0
    for (let j = 0; j < n; j++) {
      const difference = <f64>load<T>(a + <usize>j * sizeof<T>()) - load<f64>(at)
      sum += difference * difference
      at += stride
    }
    held = put(slot, sum, held, k)
  }
  return held
}

export function nearest<T>(out: usize, a: usize, b: usize, n: i32, m: i32, k: i32, flags: i32): void {
  const results = flags >> 1
  const columns = b + 8
  const count = load<f64>(b)
  let held = 0
  if (count < <f64>m) held = look<T>(a, columns, n, m, k, 0, <i32>max<f64>(0, floor<f64>(count)), 0)
  else {
    const oldest = nextSlot(count, m)
    held = look<T>(a, columns, n, m, k, oldest, m, 0)
    held = look<T>(a, columns, n, m, k, 0, oldest, held)
  }
  let total: f64 = 0
  for (let i = 0; i < held; i++) total += weightOf(i, n)
  memory.fill(out, 0, <usize>results << 3)
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

// @ts-ignore: decorator
@inline
function weightOf(i: i32, n: i32): f64 {
  return 1 / (load<f64>(squares + (<usize>i << 3)) / <f64>max<i32>(n, 1) + NEAREST_SOFTENED)
}
// @ts-ignore: decorator
@inline
function add(at: usize, x: f64): void {
  store<f64>(at, load<f64>(at) + x)
}
