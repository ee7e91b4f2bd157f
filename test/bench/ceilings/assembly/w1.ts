// W1 is logistic regression with 20 inputs and a bias, with one row a step.

import { expFar, expNear, log1pOfUnit } from './quick'
import { mulAdd, mulSub, sumAll } from './shared'

const RATE: f32 = 0.05
const ROW: usize = 80
/** The number of rows between two passes over the losses. */
const BLOCK = 256
// E and e^u of each row of a block are kept in the page below the data.
const ODDS: usize = 1024
const POWERS: usize = 2048

/**
 * Takes the same steps in an order in which little of a row waits for the row before it. With δ = p − y, and with w
 * from before both steps, z of the row after next is D − ηδ'(x'·x''+1), where D = w·x'' + b − ηδ(x·x''+1). D is known
 * one row early, and so is E = e^D. The last term is small: p = E / (E + e^u), where u = ηδ'(x'·x''+1). From δ' to δ'',
 * there is only a short polynomial and a division.
 */
export function run(
  w: usize, x: usize, y: usize, predictions: usize, losses: usize, size: i32, from: i32, n: i32,
): void {
  let w0 = v128.load(w)
  let w1 = v128.load(w, 16)
  let w2 = v128.load(w, 32)
  let w3 = v128.load(w, 48)
  let w4 = v128.load(w, 64)
  let b = v128.load32_splat(w, 80)
  const rate = f32x4.splat(RATE)
  const last = x + <usize>(size - 1) * ROW

  let row = x + <usize>from * ROW
  let before = row
  let first = row
  let delta = f32x4.splat(0)
  let step = delta
  let cross = delta
  let D = f32x4.add(b, sumAll(product(row, w0, w1, w2, w3, w4)))
  let E = expFar(D)
  let at = from
  while (n > 0) {
    const block = min(min(n, size - at), BLOCK)
    let target = y + (<usize>at << 2)
    let out = <usize>at << 2
    let scratch: usize = 0
    const end = target + (<usize>block << 2)
    while (target < end) {
      const u = f32x4.mul(delta, cross)
      // A step that moves z by more is rare, so the branch is predicted well, and nothing waits for it.
      const small = abs(f32x4.extract_lane(u, 0)) <= 0.5
      const power = small ? expNear(u) : expFar(u)
      const p = f32x4.div(E, f32x4.add(E, power))
      f32.store(scratch, f32x4.extract_lane(E, 0), ODDS)
      f32.store(scratch, f32x4.extract_lane(power, 0), POWERS)
      scratch += 4
      f32.store(losses + out, f32x4.extract_lane(f32x4.sub(D, u), 0))
      f32.store(predictions + out, f32x4.extract_lane(p, 0))

      w0 = mulSub(step, v128.load(first), w0)
      w1 = mulSub(step, v128.load(first, 16), w1)
      w2 = mulSub(step, v128.load(first, 32), w2)
      w3 = mulSub(step, v128.load(first, 48), w3)
      w4 = mulSub(step, v128.load(first, 64), w4)
      step = f32x4.mul(rate, delta)
      const next = row == last ? x : row + ROW
      const c0 = v128.load(next)
      const c1 = v128.load(next, 16)
      const c2 = v128.load(next, 32)
      const c3 = v128.load(next, 48)
      const c4 = v128.load(next, 64)
      const late = mulSub(step, product(before, c0, c1, c2, c3, c4), product(next, w0, w1, w2, w3, w4))
      cross = f32x4.add(rate, f32x4.mul(rate, sumAll(product(row, c0, c1, c2, c3, c4))))
      b = f32x4.sub(b, step)
      D = f32x4.add(b, sumAll(late))
      E = expFar(D)
      delta = f32x4.sub(p, v128.load32_splat(target))
      first = before
      before = row
      row = next
      target += 4
      out += 4
    }
    takeLosses(losses + (<usize>at << 2), y + (<usize>at << 2), block)
    n -= block
    at = at + block == size ? 0 : at + block
  }
  // These are the last two rows.
  settle(w, first, step, w0, w1, w2, w3, w4)
  const final = f32x4.mul(rate, delta)
  settle(w, before, final, v128.load(w), v128.load(w, 16), v128.load(w, 32), v128.load(w, 48), v128.load(w, 64))
  f32.store(w, f32x4.extract_lane(f32x4.sub(b, f32x4.mul(rate, delta)), 0), 80)
}

/** Replaces z by max(z, 0) − z·y + log(1 + e^−|z|), four at a time; e^−|z| is the lesser of E, e^u over the greater. */
function takeLosses(z: usize, y: usize, n: i32): void {
  const zero = f32x4.splat(0)
  for (let i: usize = 0; i < <usize>n << 2; i += 16) {
    const a = v128.load(z + i)
    const odds = v128.load(i, ODDS)
    const power = v128.load(i, POWERS)
    const e = f32x4.div(f32x4.pmin(odds, power), f32x4.pmax(odds, power))
    const linear = mulSub(a, v128.load(y + i), f32x4.pmax(zero, a))
    const result = f32x4.add(linear, log1pOfUnit(e))
    // What is stored after the last row is kept.
    const left = i32x4.splat(n - <i32>(i >> 2))
    v128.store(z + i, v128.bitselect(result, a, i32x4.gt_s(left, i32x4(0, 1, 2, 3))))
  }
}

function settle(w: usize, x: usize, step: v128, w0: v128, w1: v128, w2: v128, w3: v128, w4: v128): void {
  v128.store(w, mulSub(step, v128.load(x), w0))
  v128.store(w, mulSub(step, v128.load(x, 16), w1), 16)
  v128.store(w, mulSub(step, v128.load(x, 32), w2), 32)
  v128.store(w, mulSub(step, v128.load(x, 48), w3), 48)
  v128.store(w, mulSub(step, v128.load(x, 64), w4), 64)
}

// @ts-expect-error: decorator
@inline
function product(x: usize, a0: v128, a1: v128, a2: v128, a3: v128, a4: v128): v128 {
  const p = f32x4.mul(a0, v128.load(x))
  const q = f32x4.mul(a1, v128.load(x, 16))
  const r = mulAdd(a4, v128.load(x, 64), f32x4.add(p, q))
  return f32x4.add(r, mulAdd(a3, v128.load(x, 48), f32x4.mul(a2, v128.load(x, 32))))
}
