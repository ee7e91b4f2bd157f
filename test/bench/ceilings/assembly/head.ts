// This is the last layer of a batch: ten logits for each row, their softmax, the loss, and the gradient of the layer
// before it.

import { CLASSES, ROWS } from './batch'
import { mulAdd, softmax, sum } from './shared'

/**
 * Computes, from h [128][stride], v [10][units] and c [12], the predictions, the losses, and e = rate·∂l/∂net through
 * h's ReLU, and then takes the layer's own step. `work` holds z [12] and the gradient of v and c.
 */
// @ts-expect-error: decorator
@inline
export function classHead(
  e: usize, h: usize, stride: usize, units: usize, v: usize, c: usize, work: usize,
  y: usize, predictions: usize, losses: usize, rate: f32,
): void {
  const zero = f32x4.splat(0)
  const bytes = units << 2
  const z = work
  const gc = work + 64
  const gv = work + 128
  memory.fill(gc, 0, 64 + CLASSES * bytes)
  for (let s: usize = 0; s < ROWS; s++) {
    const row = h + s * stride
    for (let k: usize = 0; k < CLASSES; k++) {
      const weights = v + k * bytes
      let s0 = zero
      let s1 = zero
      let s2 = zero
      let s3 = zero
      for (let j: usize = 0; j < bytes; j += 64) {
        s0 = mulAdd(v128.load(row + j), v128.load(weights + j), s0)
        s1 = mulAdd(v128.load(row + j, 16), v128.load(weights + j, 16), s1)
        s2 = mulAdd(v128.load(row + j, 32), v128.load(weights + j, 32), s2)
        s3 = mulAdd(v128.load(row + j, 48), v128.load(weights + j, 48), s3)
      }
      f32.store(z + (k << 2), f32.load(c + (k << 2)) + sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))))
    }
    f32.store(z, -Infinity, 40)
    f32.store(z, -Infinity, 44)
    const p = predictions + s * 48
    const label = load<i32>(y + (s << 2))
    f32.store(losses + (s << 2), softmax(z, p, label))
    const rates = f32x4.splat(rate)
    v128.store(z, f32x4.mul(rates, v128.load(p)))
    v128.store(z, f32x4.mul(rates, v128.load(p, 16)), 16)
    v128.store(z, f32x4.mul(rates, v128.load(p, 32)), 32)
    const own = z + (<usize>label << 2)
    f32.store(own, f32.load(own) - rate)
    for (let k: usize = 0; k < 48; k += 16) v128.store(gc + k, f32x4.add(v128.load(gc + k), v128.load(z + k)))
    for (let j: usize = 0; j < bytes; j += 16) {
      const a = v128.load(row + j)
      let sum = zero
      let at = j
      for (let k: usize = 0; k < CLASSES << 2; k += 4) {
        const d = v128.load32_splat(z + k)
        sum = mulAdd(d, v128.load(v + at), sum)
        v128.store(gv + at, mulAdd(d, a, v128.load(gv + at)))
        at += bytes
      }
      v128.store(e + s * stride + j, v128.and(sum, f32x4.gt(a, zero)))
    }
  }
  for (let at: usize = 0; at < 48; at += 16) v128.store(c + at, f32x4.sub(v128.load(c + at), v128.load(gc + at)))
  for (let at: usize = 0; at < CLASSES * bytes; at += 16)
    v128.store(v + at, f32x4.sub(v128.load(v + at), v128.load(gv + at)))
}
