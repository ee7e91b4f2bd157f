// This file leads from a layer's δ to the δ of the layer before it, with the bits of `denseInput` and of the
// activation's adjoint.

import { Activation } from '../abi'
import { madd } from '../vector/madd'
import { contiguousInLanes } from '../vector/inLanes'

/** Adds up the lanes of four sums, ((l0 + l1) + l2) + l3 each, and returns the four results as one vector. */
// @ts-ignore: decorator
@inline
function sumsOf(t0: v128, t1: v128, t2: v128, t3: v128): v128 {
  const a = i8x16.shuffle(t0, t1, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
  const b = i8x16.shuffle(t2, t3, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
  const c = i8x16.shuffle(t0, t1, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
  const d = i8x16.shuffle(t2, t3, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
  const l0 = i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
  const l1 = i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
  const l2 = i8x16.shuffle(c, d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
  const l3 = i8x16.shuffle(c, d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
  return f32x4.add(f32x4.add(f32x4.add(l0, l1), l2), l3)
}

/**
 * x̄ = Wδ. With one output the sums are computed as vectors over the inputs; with more, four inputs are computed at a
 * time.
 */
export function back<T>(y: usize, delta: usize, w: usize, n: i32, m: i32): void {
  const size = sizeof<T>()
  let i = 0
  if (m == 1) {
    const all = v128.splat<T>(load<T>(delta))
    const zero = v128.splat<T>(<T>0)
    const lanes = <i32>(16 / size)
    for (; i + lanes <= n; i += lanes) {
      // Each sum starts at +0.
      v128.store(y, v128.add<T>(zero, v128.mul<T>(v128.load(w), all)))
      y += 16
      w += 16
    }
  } else if (size == 4 && m >= 4) {
    const rowBytes = <usize>m * size
    const whole = rowBytes & ~15
    const rest = m & 3
    // The mask selects the lanes of the last vector that belong to the row.
    const mask = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(rest))
    for (; i + 4 <= n; i += 4) {
      let t0 = f32x4.splat(0)
      let t1 = f32x4.splat(0)
      let t2 = f32x4.splat(0)
      let t3 = f32x4.splat(0)
      const w1 = w + rowBytes
      const w2 = w1 + rowBytes
      const w3 = w2 + rowBytes
      let at: usize = 0
      for (; at < whole; at += 16) {
        const d = v128.load(delta + at)
        t0 = madd<f32>(t0, d, v128.load(w + at))
        t1 = madd<f32>(t1, d, v128.load(w1 + at))
        t2 = madd<f32>(t2, d, v128.load(w2 + at))
        t3 = madd<f32>(t3, d, v128.load(w3 + at))
      }
      if (rest != 0) {
        const d = v128.and(mask, v128.load(delta + at))
        t0 = madd<f32>(t0, d, v128.and(mask, v128.load(w + at)))
        t1 = madd<f32>(t1, d, v128.and(mask, v128.load(w1 + at)))
        t2 = madd<f32>(t2, d, v128.and(mask, v128.load(w2 + at)))
        t3 = madd<f32>(t3, d, v128.and(mask, v128.load(w3 + at)))
      }
      v128.store(y, sumsOf(t0, t1, t2, t3))
      y += 16
      w = w3 + rowBytes
    }
  }
  for (; i < n; i++) {
    store<T>(y, contiguousInLanes<T>(delta, w, m))
    y += size
    w += <usize>m * size
  }
}

/** δ ⊙ activation′, where activation′ is computed from the activation's own values. */
// @ts-ignore: decorator
@inline
export function slopeOf<T>(kind: i32, delta: v128, y: v128): v128 {
  const one = v128.splat<T>(<T>1)
  if (kind == Activation.relu) return v128.and(delta, v128.gt<T>(y, v128.splat<T>(<T>0)))
  if (kind == Activation.tanh) return v128.mul<T>(delta, v128.sub<T>(one, v128.mul<T>(y, y)))
  if (kind == Activation.sigmoid) return v128.mul<T>(delta, v128.mul<T>(y, v128.sub<T>(one, y)))
  return delta
}

/** Computes δ ⊙ activation′ for a whole layer. Both vectors have padding behind their last element. */
export function deactivate<T>(kind: i32, delta: usize, a: usize, m: i32): void {
  if (kind == Activation.identity) return
  for (let at: usize = 0, bytes = <usize>m * sizeof<T>(); at < bytes; at += 16)
    v128.store(delta + at, slopeOf<T>(kind, v128.load(delta + at), v128.load(a + at)))
}

/** Does both at once behind a single output: x̄ = 0 + wδ, then x̄ ⊙ activation′. */
export function backFromOne<T>(y: usize, delta: T, w: usize, n: i32, kind: i32, a: usize): void {
  const all = v128.splat<T>(delta)
  const zero = v128.splat<T>(<T>0)
  // The last vector may read beyond w, which is still inside the arena, and may write into the padding of y.
  for (let at: usize = 0, bytes = <usize>n * sizeof<T>(); at < bytes; at += 16)
    v128.store(y + at, slopeOf<T>(kind, v128.add<T>(zero, v128.mul<T>(v128.load(w + at), all)), v128.load(a + at)))
}
