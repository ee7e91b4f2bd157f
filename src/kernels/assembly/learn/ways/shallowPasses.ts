// Passes over the weights of a shallow net that also take a step: the pending step of the row before, while the row's
// own sums are computed; or the output's step, on the way back through it.

import { madd, minus, minusOne, plusTerm } from '../../vector/madd'
import { slopeOf } from '../backward'
import { moved } from '../layerStep'

/** Σ w·x in four lanes, where each w first takes its pending step, w − η(before·δ). */
// @ts-ignore: decorator
@inline
export function stepAndSum(w: usize, x: usize, before: usize, n: i32, delta: f32, rate: f32): f32 {
  const slope = f32x4.splat(delta)
  const eta = f32x4.splat(rate)
  let sum = f32x4.splat(0)
  let i = n
  for (; i >= 4; i -= 4) {
    const v = moved<f32>(v128.load(w), v128.load(before), slope, eta)
    v128.store(w, v)
    sum = madd<f32>(sum, v128.load(x), v)
    w += 16
    x += 16
    before += 16
  }
  let l0 = f32x4.extract_lane(sum, 0)
  let l1 = f32x4.extract_lane(sum, 1)
  let l2 = f32x4.extract_lane(sum, 2)
  for (let lane = 0; lane < i; lane++) {
    const v = minusOne<f32>(load<f32>(w), load<f32>(before) * delta, rate)
    store<f32>(w, v)
    const xi = load<f32>(x)
    const term = xi * v
    if (lane == 0) l0 = plusTerm<f32>(l0, term, xi, v)
    else if (lane == 1) l1 = plusTerm<f32>(l1, term, xi, v)
    else l2 = plusTerm<f32>(l2, term, xi, v)
    w += 4
    x += 4
    before += 4
  }
  return l0 + l1 + l2 + f32x4.extract_lane(sum, 3)
}

/** xW + b of whole vectors, where W and b first take their pending steps, W − η(before ⊗ δ) and b − ηδ. */
export function stepAndForwardHidden(
  y: usize, x: usize, w: usize, b: usize, n: i32, m: i32, before: usize, delta: usize, rateW: f32, rateB: f32,
): void {
  const rowBytes = <usize>m << 2
  const end = x + (<usize>n << 2)
  const eta = f32x4.splat(rateW)
  const away = before - x
  let at: usize = 0
  for (; at + 64 <= rowBytes; at += 64) {
    const d0 = v128.load(delta + at)
    const d1 = v128.load(delta + at, 16)
    const d2 = v128.load(delta + at, 32)
    const d3 = v128.load(delta + at, 48)
    let a0 = f32x4.splat(0)
    let a1 = a0
    let a2 = a0
    let a3 = a0
    if (b != 0) {
      a0 = movedBias(b + at, d0, rateB)
      a1 = movedBias(b + at + 16, d1, rateB)
      a2 = movedBias(b + at + 32, d2, rateB)
      a3 = movedBias(b + at + 48, d3, rateB)
    }
    let row = w + at
    for (let p = x; p < end; p += 4) {
      const all = v128.load32_splat(p)
      const old = v128.load32_splat(p + away)
      const w0 = moved<f32>(v128.load(row), old, d0, eta)
      const w1 = moved<f32>(v128.load(row, 16), old, d1, eta)
      const w2 = moved<f32>(v128.load(row, 32), old, d2, eta)
      const w3 = moved<f32>(v128.load(row, 48), old, d3, eta)
      v128.store(row, w0)
      v128.store(row, w1, 16)
      v128.store(row, w2, 32)
      v128.store(row, w3, 48)
      a0 = madd<f32>(a0, all, w0)
      a1 = madd<f32>(a1, all, w1)
      a2 = madd<f32>(a2, all, w2)
      a3 = madd<f32>(a3, all, w3)
      row += rowBytes
    }
    v128.store(y + at, a0)
    v128.store(y + at, a1, 16)
    v128.store(y + at, a2, 32)
    v128.store(y + at, a3, 48)
  }
  for (; at < rowBytes; at += 16) {
    const d = v128.load(delta + at)
    let sum = b != 0 ? movedBias(b + at, d, rateB) : f32x4.splat(0)
    let row = w + at
    for (let p = x; p < end; p += 4) {
      const v = moved<f32>(v128.load(row), v128.load32_splat(p + away), d, eta)
      v128.store(row, v)
      sum = madd<f32>(sum, v128.load32_splat(p), v)
      row += rowBytes
    }
    v128.store(y + at, sum)
  }
}
/** 0 + b, where b first takes its pending step. */
// @ts-ignore: decorator
@inline
function movedBias(b: usize, delta: v128, rate: f32): v128 {
  const v = minus<f32>(v128.load(b), delta, f32x4.splat(rate))
  v128.store(b, v)
  return f32x4.add(f32x4.splat(0), v)
}

/**
 * In one pass, computes the hidden layer's δ behind a single output, (0 + vδ) ⊙ activation′, and takes the output's
 * step, v − η(hδ).
 */
// @ts-ignore: decorator
@inline
export function backAndStep(y: usize, delta: f32, v: usize, h: usize, m: i32, kind: i32, rate: f32): void {
  const all = f32x4.splat(delta)
  const eta = f32x4.splat(rate)
  const zero = f32x4.splat(0)
  for (const end = v + (<usize>m << 2); v < end; v += 16) {
    const value = v128.load(h)
    const weight = v128.load(v)
    v128.store(y, slopeOf<f32>(kind, f32x4.add(zero, f32x4.mul(weight, all)), value))
    v128.store(v, moved<f32>(weight, value, all, eta))
    y += 16
    h += 16
  }
}
