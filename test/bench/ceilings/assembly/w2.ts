// W2 is an 8-16-1 net with tanh and squared loss, with one row a step; W is [in][out] as in the framework, and lanes
// hold hidden units.

import { tanhQuick } from './quick'
import { mulAdd, mulSub, sumAll } from './shared'

const RATE: f32 = 0.02
const ROW: usize = 32
// These are the places of b1, the second layer and its bias, in bytes.
const B: usize = 512
const V: usize = 576
const C: usize = 640

let n0: v128 = f32x4.splat(0)
let n1: v128 = f32x4.splat(0)
let n2: v128 = f32x4.splat(0)
let n3: v128 = f32x4.splat(0)

/**
 * As in W1, the next row's net input does not wait for the weights: net' = Wx' + b − e(x·x' + 1), where e = ηδ of the
 * hidden units. The weights are updated one step late, in the same pass that multiplies them by the next row.
 */
export function run(
  w: usize, x: usize, y: usize, predictions: usize, losses: usize, size: i32, from: i32, n: i32,
): void {
  const rate = f32x4.splat(RATE)
  const one = f32x4.splat(1)
  const zero = f32x4.splat(0)
  const last = x + <usize>(size - 1) * ROW
  let row = x + <usize>from * ROW
  let before = row
  let at: usize = <usize>from << 2
  const end = <usize>size << 2
  let e0 = zero
  let e1 = zero
  let e2 = zero
  let e3 = zero
  let v0 = v128.load(w + V)
  let v1 = v128.load(w + V, 16)
  let v2 = v128.load(w + V, 32)
  let v3 = v128.load(w + V, 48)
  let c = v128.load32_splat(w + C)
  let cross = zero
  pass(w, row, row, zero, zero, zero, zero)
  for (; n > 0; n--) {
    const h0 = tanhQuick(mulSub(e0, cross, n0))
    const h1 = tanhQuick(mulSub(e1, cross, n1))
    const h2 = tanhQuick(mulSub(e2, cross, n2))
    const h3 = tanhQuick(mulSub(e3, cross, n3))
    const next = row == last ? x : row + ROW
    const products = f32x4.mul(v128.load(row), v128.load(next))
    cross = f32x4.add(one, sumAll(mulAdd(v128.load(row, 16), v128.load(next, 16), products)))

    const s0 = f32x4.add(f32x4.mul(v0, h0), f32x4.mul(v1, h1))
    const s1 = f32x4.add(f32x4.mul(v2, h2), f32x4.mul(v3, h3))
    const o = f32x4.add(c, sumAll(f32x4.add(s0, s1)))
    const r = f32x4.sub(o, v128.load32_splat(y + at))
    const step = f32x4.mul(rate, r)
    f32.store(predictions + at, f32x4.extract_lane(o, 0))
    f32.store(losses + at, <f32>0.5 * f32x4.extract_lane(r, 0) * f32x4.extract_lane(r, 0))
    const f0 = e0, f1 = e1, f2 = e2, f3 = e3
    // v(1 − h²) is ready before r is.
    e0 = f32x4.mul(step, mulSub(f32x4.mul(v0, h0), h0, v0))
    e1 = f32x4.mul(step, mulSub(f32x4.mul(v1, h1), h1, v1))
    e2 = f32x4.mul(step, mulSub(f32x4.mul(v2, h2), h2, v2))
    e3 = f32x4.mul(step, mulSub(f32x4.mul(v3, h3), h3, v3))
    v0 = mulSub(step, h0, v0)
    v1 = mulSub(step, h1, v1)
    v2 = mulSub(step, h2, v2)
    v3 = mulSub(step, h3, v3)
    c = f32x4.sub(c, step)
    pass(w, before, next, f0, f1, f2, f3)
    before = row
    row = next
    at = at + 4 == end ? 0 : at + 4
  }
  pass(w, before, row, e0, e1, e2, e3)
  v128.store(w + V, v0)
  v128.store(w + V, v1, 16)
  v128.store(w + V, v2, 32)
  v128.store(w + V, v3, 48)
  f32.store(w + C, f32x4.extract_lane(c, 0))
}

/** Computes W −= x ⊗ e, b −= e and net = Wx' + b. */
// @ts-expect-error: decorator
@inline
function pass(w: usize, x: usize, next: usize, e0: v128, e1: v128, e2: v128, e3: v128): void {
  let a0 = f32x4.sub(v128.load(w + B), e0)
  let a1 = f32x4.sub(v128.load(w + B, 16), e1)
  let a2 = f32x4.sub(v128.load(w + B, 32), e2)
  let a3 = f32x4.sub(v128.load(w + B, 48), e3)
  v128.store(w + B, a0)
  v128.store(w + B, a1, 16)
  v128.store(w + B, a2, 32)
  v128.store(w + B, a3, 48)
  for (let i: usize = 0; i < 8; i++) {
    const at = w + (i << 6)
    const xi = v128.load32_splat(x + (i << 2))
    const ni = v128.load32_splat(next + (i << 2))
    const w0 = mulSub(xi, e0, v128.load(at))
    const w1 = mulSub(xi, e1, v128.load(at, 16))
    const w2 = mulSub(xi, e2, v128.load(at, 32))
    const w3 = mulSub(xi, e3, v128.load(at, 48))
    v128.store(at, w0)
    v128.store(at, w1, 16)
    v128.store(at, w2, 32)
    v128.store(at, w3, 48)
    a0 = mulAdd(ni, w0, a0)
    a1 = mulAdd(ni, w1, a1)
    a2 = mulAdd(ni, w2, a2)
    a3 = mulAdd(ni, w3, a3)
  }
  n0 = a0
  n1 = a1
  n2 = a2
  n3 = a3
}
