// W3 is a 784-128-10 net with ReLU and softmax cross-entropy, with one row a step; W1 is stored unit by unit, W2 class
// by class.

import { mulAdd, mulSub, softmax, sum, sumsOfFour } from './shared'

const RATE: f32 = 0.01
const INPUTS: usize = 784
const HIDDEN: usize = 128
const CLASSES: usize = 10
/** The bytes of a row of x or of a unit's weights, and the bytes of a class's weights. */
const ROW: usize = INPUTS * 4
const UNITS: usize = HIDDEN * 4

/**
 * θ: W1 [128][784], b1, W2 [10][128], b2 [12]. `work`: net [128], e [128], order [128], z [12].
 * One pass over W1 does the update by a row and the net inputs of the next row; an inactive unit is only read.
 */
export function run(
  w: usize, b: usize, v: usize, c: usize, work: usize,
  x: usize, y: usize, predictions: usize, losses: usize, size: i32, from: i32, n: i32,
): void {
  const order = work + 2 * UNITS
  for (let j: usize = 0; j < UNITS; j += 4) store<i32>(order + j, <i32>j)
  memory.fill(work + UNITS, 0, UNITS)
  let at = from
  // No unit is active yet, so this only multiplies.
  pass(w, b, work, x, x + <usize>at * ROW, 0)
  for (; n > 0; n--) {
    const p = predictions + <usize>at * 48
    f32.store(losses + (<usize>at << 2), head(v, c, work, load<i32>(y + (<usize>at << 2)), p))
    const active = sort(work)
    const next = at + 1 == size ? 0 : at + 1
    // The first row of the next call follows the last row of this one; its net inputs are computed again there.
    pass(w, b, work, x + <usize>at * ROW, x + <usize>next * ROW, active)
    at = next
  }
}

/** Computes the loss from the net inputs, then e = η ∂l/∂net, and takes the second layer's own step. */
// @ts-expect-error: decorator
@inline
function head(v: usize, c: usize, work: usize, y: i32, p: usize): f32 {
  const z = work + 3 * UNITS
  const zero = f32x4.splat(0)
  let row = v
  for (let k: usize = 0; k < CLASSES * 4; k += 4) {
    let s0 = zero
    let s1 = zero
    let s2 = zero
    let s3 = zero
    for (let j: usize = 0; j < UNITS; j += 64) {
      s0 = mulAdd(f32x4.pmax(zero, v128.load(work + j)), v128.load(row + j), s0)
      s1 = mulAdd(f32x4.pmax(zero, v128.load(work + j, 16)), v128.load(row + j, 16), s1)
      s2 = mulAdd(f32x4.pmax(zero, v128.load(work + j, 32)), v128.load(row + j, 32), s2)
      s3 = mulAdd(f32x4.pmax(zero, v128.load(work + j, 48)), v128.load(row + j, 48), s3)
    }
    f32.store(z + k, f32.load(c + k) + sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))))
    row += UNITS
  }
  f32.store(z, -Infinity, 40)
  f32.store(z, -Infinity, 44)
  const loss = softmax(z, p, y)
  // z becomes η(p − t).
  const rate = f32x4.splat(RATE)
  v128.store(z, f32x4.mul(rate, v128.load(p)))
  v128.store(z, f32x4.mul(rate, v128.load(p, 16)), 16)
  v128.store(z, f32x4.mul(rate, v128.load(p, 32)), 32)
  const own = z + (<usize>y << 2)
  f32.store(own, f32.load(own) - RATE)
  for (let k: usize = 0; k < CLASSES * 4; k += 4) f32.store(c + k, f32.load(c + k) - f32.load(z + k))
  for (let j: usize = 0; j < UNITS; j += 16) {
    const a = v128.load(work + j)
    const h = f32x4.pmax(zero, a)
    let e = zero
    let at = v + j
    for (let k: usize = 0; k < CLASSES * 4; k += 4) {
      const d = v128.load32_splat(z + k)
      const weights = v128.load(at)
      e = mulAdd(d, weights, e)
      v128.store(at, mulSub(d, h, weights))
      at += UNITS
    }
    v128.store(work + j, v128.and(e, f32x4.gt(a, zero)), UNITS)
  }
  return loss
}

/** Puts the active units first, without a branch, and returns how many bytes of the order they take. */
// @ts-expect-error: decorator
@inline
function sort(work: usize): usize {
  const order = work + 2 * UNITS
  let low: usize = 0
  let high: usize = UNITS - 4
  for (let j: usize = 0; j < UNITS; j += 4) {
    const isAlive = <usize>(f32.load(work + j) > 0)
    store<i32>(order + (isAlive ? low : high), <i32>j)
    low += isAlive << 2
    high -= 4 - (isAlive << 2)
  }
  return low
}

/** Computes w −= e x for active units, and net = w·next + b for all. Four units at a time share the loads of x. */
function pass(w: usize, b: usize, work: usize, x: usize, next: usize, active: usize): void {
  const order = work + 2 * UNITS
  const fours = active & ~15
  const zero = f32x4.splat(0)
  let o: usize = 0
  for (; o < fours; o += 16) {
    const i = load<u32>(order + o), j = load<u32>(order + o, 4)
    const k = load<u32>(order + o, 8), l = load<u32>(order + o, 12)
    let p = w + <usize>i * INPUTS
    let q = w + <usize>j * INPUTS
    let r = w + <usize>k * INPUTS
    let s = w + <usize>l * INPUTS
    const e0 = v128.load32_splat(work + i, UNITS)
    const e1 = v128.load32_splat(work + j, UNITS)
    const e2 = v128.load32_splat(work + k, UNITS)
    const e3 = v128.load32_splat(work + l, UNITS)
    let s0 = zero
    let s1 = zero
    let s2 = zero
    let s3 = zero
    let xp = x
    let np = next
    let xt: v128, nt: v128, u: v128
    const end = next + ROW
    while (np < end) {
      xt = v128.load(xp, 0)
      nt = v128.load(np, 0)
      u = mulSub(e0, xt, v128.load(p, 0))
      v128.store(p, u, 0)
      s0 = mulAdd(u, nt, s0)
      u = mulSub(e1, xt, v128.load(q, 0))
      v128.store(q, u, 0)
      s1 = mulAdd(u, nt, s1)
      u = mulSub(e2, xt, v128.load(r, 0))
      v128.store(r, u, 0)
      s2 = mulAdd(u, nt, s2)
      u = mulSub(e3, xt, v128.load(s, 0))
      v128.store(s, u, 0)
      s3 = mulAdd(u, nt, s3)
      xt = v128.load(xp, 16)
      nt = v128.load(np, 16)
      u = mulSub(e0, xt, v128.load(p, 16))
      v128.store(p, u, 16)
      s0 = mulAdd(u, nt, s0)
      u = mulSub(e1, xt, v128.load(q, 16))
      v128.store(q, u, 16)
      s1 = mulAdd(u, nt, s1)
      u = mulSub(e2, xt, v128.load(r, 16))
      v128.store(r, u, 16)
      s2 = mulAdd(u, nt, s2)
      u = mulSub(e3, xt, v128.load(s, 16))
      v128.store(s, u, 16)
      s3 = mulAdd(u, nt, s3)
      xp += 32
      np += 32
      p += 32
      q += 32
      r += 32
      s += 32
    }
    nets(b, work, order + o, sumsOfFour(s0, s1, s2, s3))
  }
  if (o < active) {
    // These four units may be both active and inactive; e is 0 for inactive ones.
    for (; o < active; o += 4) one(w, b, work, x, next, load<u32>(order + o))
    for (; o & 15; o += 4) one(w, b, work, x, next, load<u32>(order + o))
  }
  for (; o < UNITS; o += 16) {
    let p = w + <usize>load<u32>(order + o) * INPUTS
    let q = w + <usize>load<u32>(order + o, 4) * INPUTS
    let r = w + <usize>load<u32>(order + o, 8) * INPUTS
    let s = w + <usize>load<u32>(order + o, 12) * INPUTS
    let s0 = zero
    let s1 = zero
    let s2 = zero
    let s3 = zero
    let np = next
    let nt: v128
    const end = next + ROW
    while (np < end) {
      nt = v128.load(np, 0)
      s0 = mulAdd(nt, v128.load(p, 0), s0)
      s1 = mulAdd(nt, v128.load(q, 0), s1)
      s2 = mulAdd(nt, v128.load(r, 0), s2)
      s3 = mulAdd(nt, v128.load(s, 0), s3)
      nt = v128.load(np, 16)
      s0 = mulAdd(nt, v128.load(p, 16), s0)
      s1 = mulAdd(nt, v128.load(q, 16), s1)
      s2 = mulAdd(nt, v128.load(r, 16), s2)
      s3 = mulAdd(nt, v128.load(s, 16), s3)
      np += 32
      p += 32
      q += 32
      r += 32
      s += 32
    }
    nets(b, work, order + o, sumsOfFour(s0, s1, s2, s3))
  }
}

/** Computes net = s + b of four units, after b −= e. */
// @ts-expect-error: decorator
@inline
function nets(b: usize, work: usize, order: usize, s: v128): void {
  net(b, work, load<u32>(order), f32x4.extract_lane(s, 0))
  net(b, work, load<u32>(order, 4), f32x4.extract_lane(s, 1))
  net(b, work, load<u32>(order, 8), f32x4.extract_lane(s, 2))
  net(b, work, load<u32>(order, 12), f32x4.extract_lane(s, 3))
}
// @ts-expect-error: decorator
@inline
function net(b: usize, work: usize, j: usize, s: f32): void {
  const bias = f32.load(b + j) - f32.load(work + j, UNITS)
  f32.store(b + j, bias)
  f32.store(work + j, s + bias)
}

function one(w: usize, b: usize, work: usize, x: usize, next: usize, j: usize): void {
  const e = v128.load32_splat(work + j, UNITS)
  const at = w + j * INPUTS
  let s0 = f32x4.splat(0)
  let s1 = s0
  for (let t: usize = 0; t < ROW; t += 32) {
    const w0 = mulSub(e, v128.load(x + t), v128.load(at + t))
    const w1 = mulSub(e, v128.load(x + t, 16), v128.load(at + t, 16))
    v128.store(at + t, w0)
    v128.store(at + t, w1, 16)
    s0 = mulAdd(w0, v128.load(next + t), s0)
    s1 = mulAdd(w1, v128.load(next + t, 16), s1)
  }
  net(b, work, j, sum(f32x4.add(s0, s1)))
}

