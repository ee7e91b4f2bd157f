// S is logistic regression on 20 of 2^20 features by AdaGrad, with one row a step; w and G of a feature are adjacent.

import { sigmoid_f32x4 } from '../../../../src/kernels/assembly/math/elementary/sigmoid'
import { logisticLosses, sumAll } from './shared'

const RATE: f32 = 0.1
const EPSILON: f32 = 1e-8
const ACTIVE: usize = 80
const BLOCK = 256
/** The number of rows ahead whose features are loaded, so that they arrive from memory before their row. */
const AHEAD = 4

let touched: i64 = 0

/** Learns n rows. The indices of a row must differ from each other. */
export function run(
  w: usize, indices: usize, values: usize, y: usize, predictions: usize, losses: usize, size: i32, from: i32, n: i32,
): i64 {
  const rate = f32x4.splat(RATE)
  const epsilon = f32x4.splat(EPSILON)
  const last = indices + <usize>(size - 1) * ACTIVE
  let at = from
  let seen: i64 = 0
  while (n > 0) {
    const block = min(min(n, size - at), BLOCK)
    const start = at
    for (let i = 0; i < block; i++) {
      const row = indices + <usize>at * ACTIVE
      const x = values + <usize>at * ACTIVE
      const ahead = min(row + AHEAD * ACTIVE, last)
      let z = f32x4.splat(0)
      for (let k: usize = 0; k < ACTIVE; k += 16) {
        seen |= load<i64>(place(w, ahead + k)) | load<i64>(place(w, ahead + k + 4))
        seen |= load<i64>(place(w, ahead + k + 8)) | load<i64>(place(w, ahead + k + 12))
        const a = v128.load32_zero(place(w, row + k))
        const b = v128.load_lane<f32>(place(w, row + k + 4), a, 1)
        const c = v128.load_lane<f32>(place(w, row + k + 8), b, 2)
        const d = v128.load_lane<f32>(place(w, row + k + 12), c, 3)
        z = f32x4.add(z, f32x4.mul(d, v128.load(x + k)))
      }
      z = sumAll(z)
      const p = sigmoid_f32x4(z)
      const d = f32x4.sub(p, v128.load32_splat(y + (<usize>at << 2)))
      f32.store(losses + (<usize>at << 2), f32x4.extract_lane(z, 0))
      f32.store(predictions + (<usize>at << 2), f32x4.extract_lane(p, 0))
      for (let k: usize = 0; k < ACTIVE; k += 16) {
        const p0 = place(w, row + k)
        const p1 = place(w, row + k + 4)
        const p2 = place(w, row + k + 8)
        const p3 = place(w, row + k + 12)
        const low = v128.load_lane<f64>(p1, v128.load64_zero(p0), 1)
        const high = v128.load_lane<f64>(p3, v128.load64_zero(p2), 1)
        const weights = i8x16.shuffle(low, high, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
        const squares = i8x16.shuffle(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
        const g = f32x4.mul(d, v128.load(x + k))
        const s = f32x4.add(squares, f32x4.mul(g, g))
        const u = f32x4.div(f32x4.mul(rate, g), f32x4.add(f32x4.sqrt(s), epsilon))
        const t = f32x4.sub(weights, u)
        const outLow = i8x16.shuffle(t, s, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
        const outHigh = i8x16.shuffle(t, s, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
        v128.store_lane<f64>(p0, outLow, 0)
        v128.store_lane<f64>(p1, outLow, 1)
        v128.store_lane<f64>(p2, outHigh, 0)
        v128.store_lane<f64>(p3, outHigh, 1)
      }
      at++
    }
    logisticLosses(losses + (<usize>start << 2), y + (<usize>start << 2), block)
    n -= block
    if (at == size) at = 0
  }
  // The sum is returned, because the compiler would remove loads whose values are unused.
  touched = seen
  return touched
}

// @ts-expect-error: decorator
@inline
function place(w: usize, index: usize): usize {
  return w + (<usize>load<u32>(index) << 3)
}
