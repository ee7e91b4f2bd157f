// The parts of a step beyond graph ops: the twin of src/program/steps.ts.

import {
  Bound, CUT_LOSSES, Drift, DRIFT_CUT, DRIFT_FAR, DRIFT_FAST, DRIFT_KEPT, DRIFT_LEAST, DRIFT_SETTLES, DRIFT_SKEW,
  DRIFT_SLOW, DRIFT_START, DRIFT_VARIANCE, DRIFT_WAIT, FURTHEST_SHARED, LEAST_SHARED, Losses, NEWTON_STEPS,
  OUT_OF_BOUNDS, REFUSED, SHRINKS_FROM, SUMMED, WHOLE_LOSSES,
} from '../abi'
import { exp_f64 } from '../math/elementary/exp'
import { log_f64, log1p_f64 } from '../math/elementary/log'
import { sigmoid_f64 } from '../math/elementary/sigmoid'
import { further, furthest, largest } from '../vector/largest'
import { minus, minusOne } from '../vector/madd'

/** Adds Σ x·y to an f64 scalar, computed in f64 and in four lanes. */
export function dot<T>(out: usize, x: usize, y: usize, n: i32): void {
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  let i = 0
  for (; i + 4 <= n; i += 4) {
    if (sizeof<T>() == 4) {
      const a = v128.load(x)
      const b = v128.load(y)
      low = f64x2.add(low, f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b)))
      const a2 = i8x16.shuffle(a, a, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)
      const b2 = i8x16.shuffle(b, b, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)
      high = f64x2.add(high, f64x2.mul(f64x2.promote_low_f32x4(a2), f64x2.promote_low_f32x4(b2)))
    } else {
      low = f64x2.add(low, f64x2.mul(v128.load(x), v128.load(y)))
      high = f64x2.add(high, f64x2.mul(v128.load(x, 16), v128.load(y, 16)))
    }
    x += 4 * sizeof<T>()
    y += 4 * sizeof<T>()
  }
  let l0 = f64x2.extract_lane(low, 0)
  let l1 = f64x2.extract_lane(low, 1)
  let l2 = f64x2.extract_lane(high, 0)
  if (i < n) l0 += <f64>load<T>(x) * <f64>load<T>(y)
  if (i + 1 < n) l1 += <f64>load<T>(x, sizeof<T>()) * <f64>load<T>(y, sizeof<T>())
  if (i + 2 < n) l2 += <f64>load<T>(x, 2 * sizeof<T>()) * <f64>load<T>(y, 2 * sizeof<T>())
  store<f64>(out, load<f64>(out) + (l0 + l1 + l2 + f64x2.extract_lane(high, 1)))
}

/** Says whether all of these bytes, whose number is a multiple of 64, are 0. */
// @ts-ignore: decorator
@inline
function isZeroBlock(x: usize, bytes: usize): bool {
  for (const end = x + bytes; x < end; x += 64) {
    const half = v128.or(v128.load(x), v128.load(x, 16))
    if (v128.any_true(v128.or(half, v128.or(v128.load(x, 32), v128.load(x, 48))))) return false
  }
  return true
}

/** Does the work of `adaptive` for sixteen bytes, and returns g·g′. */
// @ts-ignore: decorator
@inline
function adapted<T>(out: usize, a: usize, keep: v128, divisor: v128, epsilon: v128): v128 {
  const x = v128.load(out)
  const squares = v128.add<T>(v128.mul<T>(v128.load(a), keep), v128.mul<T>(x, x))
  v128.store(a, squares)
  const u = v128.div<T>(x, v128.mul<T>(v128.add<T>(v128.sqrt<T>(squares), epsilon), divisor))
  v128.store(out, u)
  return v128.mul<T>(x, u)
}

/**
 * G ← s·G + g², g ← g / ((√G + ε)·r), c += Σ g·g′. Blocks are summed in four lanes of their own type, and the blocks'
 * sums in f64.
 */
export function adaptive<T>(out: usize, a: usize, b: usize, c: usize, n: i32, m: usize, k: usize): void {
  const keep = <T>load<f64>(b)
  const divisor = <T>load<f64>(m)
  const epsilon = <T>load<f64>(k)
  const keeps = v128.splat<T>(keep)
  const divisors = v128.splat<T>(divisor)
  const epsilons = v128.splat<T>(epsilon)
  const size = sizeof<T>()
  const still = keep == <T>1
  let total = load<f64>(c)
  for (let left = n; left > 0; left -= SUMMED) {
    // Where all of G is kept, weights whose gradient is 0 stay as they are, so they need no root and no division.
    if (still && left >= SUMMED && isZeroBlock(out, SUMMED * size)) {
      out += SUMMED * size
      a += SUMMED * size
      continue
    }
    let low = v128.splat<T>(<T>0)
    let high = low
    let lanes = min<i32>(left, SUMMED)
    for (; lanes >= 4; lanes -= 4) {
      low = v128.add<T>(low, adapted<T>(out, a, keeps, divisors, epsilons))
      if (size == 8) high = v128.add<T>(high, adapted<T>(out + 16, a + 16, keeps, divisors, epsilons))
      out += 4 * size
      a += 4 * size
    }
    let l0 = v128.extract_lane<T>(low, 0)
    let l1 = v128.extract_lane<T>(low, 1)
    let l2 = size == 4 ? v128.extract_lane<T>(low, 2) : v128.extract_lane<T>(high, 0)
    const l3 = size == 4 ? v128.extract_lane<T>(low, 3) : v128.extract_lane<T>(high, 1)
    for (let lane = 0; lane < lanes; lane++) {
      const x = load<T>(out)
      const squares = <T>(<T>(load<T>(a) * keep) + <T>(x * x))
      store<T>(a, squares)
      const u = <T>(x / <T>(<T>(sqrt<T>(squares) + epsilon) * divisor))
      store<T>(out, u)
      const product = <T>(x * u)
      if (lane == 0) l0 = <T>(l0 + product)
      else if (lane == 1) l1 = <T>(l1 + product)
      else l2 = <T>(l2 + product)
      out += size
      a += size
    }
    total += <f64><T>(<T>(<T>(l0 + l1) + l2) + l3)
  }
  store<f64>(c, total)
}

/** θ ← θ − s·u; c becomes the largest |θ|, or, where flagged, the larger of that and what c was. */
export function descend<T>(out: usize, a: usize, b: usize, c: usize, n: i32, flags: i32): void {
  const s = <T>load<f64>(b)
  const all = v128.splat<T>(s)
  let most = v128.splat<T>(<T>0)
  const bytes = <usize>n * sizeof<T>()
  let at: usize = 0
  for (; at + 16 <= bytes; at += 16) {
    const x = minus<T>(v128.load(out + at), v128.load(a + at), all)
    v128.store(out + at, x)
    most = further<T>(most, x)
  }
  let reach = max<f64>(flags != 0 ? load<f64>(c) : 0, furthest<T>(most))
  for (; at < bytes; at += sizeof<T>()) {
    const x = minusOne<T>(load<T>(out + at), load<T>(a + at), s)
    store<T>(out + at, x)
    reach = max<f64>(reach, <f64>abs<T>(x))
  }
  store<f64>(c, reach)
}

/** Finds the largest |θ| where it is not known. */
export function look<T>(out: usize, x: usize, n: i32): void {
  if (!(load<f64>(out) < Infinity)) store<f64>(out, largest<T>(x, n))
}

export function guard<T>(loss: usize, g: usize, bound: usize, n: i32): i32 {
  if (!(abs<f64>(load<f64>(loss)) < Infinity)) return REFUSED
  return largest<T>(g, n) < <f64><T>load<f64>(bound) ? 0 : REFUSED
}
export function watch<T>(x: usize, bound: usize, n: i32): i32 {
  return largest<T>(x, n) <= <f64><T>load<f64>(bound) ? 0 : OUT_OF_BOUNDS
}

function shrinkage(c: f64): f64 {
  return c < SHRINKS_FROM ? 1 - c / 2 : (1 - exp_f64(-c)) / c
}

function logisticShare(c: f64, o: f64, t: f64): f64 {
  const q = t > 0.5 ? o : -o
  const reach = c * sigmoid_f64(-q)
  if (reach < LEAST_SHARED) return 1
  if (q > FURTHEST_SHARED) return log1p_f64(reach) / reach
  const goal = q + exp_f64(q) + c
  // All three are upper bounds of z. From there, Newton's method descends to z, because z + e^z is convex.
  let z = min<f64>(q + reach, goal > 1 ? log_f64(goal) : goal)
  for (let i = 0; i < NEWTON_STEPS; i++) {
    const e = exp_f64(z)
    const next = z - (z + e - goal) / (1 + e)
    if (!(next < z)) break
    z = next
  }
  return (z - q) / reach
}

export function bound(out: usize, a: usize, b: usize, c: usize, m: usize, k: usize, steep: bool, flags: i32): void {
  const squares = load<f64>(b)
  const ratio = load<f64>(a) / squares
  let share: f64
  if (!(squares > 0 && ratio > 0)) share = 1
  else if (flags == Bound.regression) share = shrinkage(steep ? ratio * max<f64>(1, squares / load<f64>(k)) : ratio)
  else if (flags == Bound.logistic && load<f64>(m) == 1) share = logisticShare(ratio, load<f64>(c), load<f64>(k))
  else share = shrinkage(ratio / 2)
  store<f64>(out, share)
}

/** Takes a loss into its moments, and tells whether their fast mean is further from the settled one than by chance. */
// @ts-ignore: decorator
@inline
function observe(seen: Losses, l: f64, age: f64, settles: bool, largest: f64): bool {
  seen.fast += DRIFT_FAST * (l - seen.fast)
  const share = age * DRIFT_SLOW >= 1 ? DRIFT_SLOW : max<f64>(1 / age, DRIFT_SLOW)
  const delta = l - seen.slow
  seen.slow += share * delta
  seen.variance += share * (delta * delta - seen.variance)
  seen.third += share * (delta * delta * delta - seen.third)
  if (age < DRIFT_START) seen.fast = seen.slow
  if (settles) {
    seen.mean = seen.slow
    seen.noise = DRIFT_VARIANCE * seen.variance
    seen.skew = seen.third > 0 ? (DRIFT_SKEW * seen.third) / seen.variance : 0
  }
  const excess = seen.fast - seen.mean
  if (!(age > DRIFT_WAIT && excess > DRIFT_LEAST * largest)) return false
  return excess * excess > DRIFT_FAR * DRIFT_FAR * (seen.noise + seen.skew * excess)
}

export function drift(losses: usize, state: Drift, c: usize, m: usize, k: usize, stride: i32): void {
  losses += <usize>load<f64>(k)
  const cap = load<f64>(c)
  const rows = load<f64>(m)
  const whole = changetype<Losses>(changetype<usize>(state) + 8 * WHOLE_LOSSES)
  const cut = changetype<Losses>(changetype<usize>(state) + 8 * CUT_LOSSES)
  state.kept = 1
  for (let i: f64 = 0; i < rows; i++) {
    const l = min<f64>(load<f64>(losses), cap)
    losses += <usize>stride
    const t = state.rows + 1
    state.rows = t
    const settles = t - state.settledAt >= DRIFT_SETTLES
    let far = t >= 1 && observe(whole, l, t, settles, state.largest)
    // The cut begins when the losses have settled once, so that no wild loss before that is a part of it.
    const cutFor = t - DRIFT_SETTLES
    if (cutFor >= 1 && observe(cut, min<f64>(l, state.limit), cutFor, settles, state.largest)) far = true
    if (settles) {
      state.settledAt = t
      state.largest = max<f64>(state.largest, whole.mean)
      state.limit = whole.mean + DRIFT_CUT * sqrt<f64>(whole.variance)
    }
    if (far && t - state.firedAt >= DRIFT_WAIT) {
      state.firedAt = t
      state.kept *= DRIFT_KEPT
      state.firings += 1
    }
  }
}
