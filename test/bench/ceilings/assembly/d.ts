// D is a 6-32-1 net with ReLU and Huber's loss on a scaled target, by the rule auto(), with one row a step. Its rows
// are raw f64.

import { expFar, expSlopeNear } from './quick'
import { mulAdd, sum, sumsOfFour } from './shared'

const UNITS: usize = 32
const EPSILON: f32 = 1e-8
const FORGETTING: f64 = 0.001
const NO_SPREAD: f64 = 1e-20
// These are 1/√(fan_in + 1) of the two layers.
const FIRST: f32 = 0.3779644730092272
const SECOND: f32 = 0.1740776559556978

// These are the places of the state in bytes. A unit's row has its six weights, its bias, and its weight in the second
// layer.
const C: usize = 1232
const G: usize = 1280
const GC: usize = 2368
const U: usize = 2432
const H: usize = 3520
/** In f64: the means of the features in three pairs, then that of the target; the variances in the same order; n. */
const MEAN: usize = 3712
const VARIANCE: usize = 3776
const N: usize = 3840
/** The drift rule in f64: fast mean, slow mean, variance, count of rows, count at the last firing. */
const DRIFT: usize = 3904

let first: v128 = f32x4.splat(0)
let second: v128 = f32x4.splat(0)
let target: f32 = 0
let unscaled: v128 = f64x2.splat(0)

/** Learns n rows of x: six features and the target, eight f64 apart. Predictions are f64 in the target's own unit. */
export function run(p: usize, x: usize, predictions: usize, losses: usize, size: i32, from: i32, n: i32): void {
  const zero = f32x4.splat(0)
  const firstLayer = f32x4.splat(FIRST)
  const mixed = f32x4.replace_lane(firstLayer, 3, SECOND)
  const epsilon = f32x4.splat(EPSILON)
  let at = from
  encode(p, x + (<usize>at << 6))
  for (; n > 0; n--) {
    const a = first
    const b = second
    const wanted = target
    const mean = f64x2.extract_lane(unscaled, 0)
    const deviation = f64x2.extract_lane(unscaled, 1)
    const next = at + 1 == size ? 0 : at + 1
    let active = 0
    let dots = zero
    for (let j: usize = 0; j < UNITS; j += 4) {
      const row = p + (j << 5)
      const b0 = v128.load(row, 16)
      const b1 = v128.load(row, 48)
      const b2 = v128.load(row, 80)
      const b3 = v128.load(row, 112)
      const s0 = mulAdd(b, b0, f32x4.mul(a, v128.load(row)))
      const s1 = mulAdd(b, b1, f32x4.mul(a, v128.load(row, 32)))
      const s2 = mulAdd(b, b2, f32x4.mul(a, v128.load(row, 64)))
      const s3 = mulAdd(b, b3, f32x4.mul(a, v128.load(row, 96)))
      const net = sumsOfFour(s0, s1, s2, s3)
      active |= i32x4.bitmask(f32x4.gt(net, zero)) << <i32>j
      const h = f32x4.pmax(zero, net)
      v128.store(p + (j << 2), h, H)
      dots = mulAdd(h, lastOfFour(b0, b1, b2, b3), dots)
    }
    const c = load<f32>(p, C)
    const o = c + sum(dots)
    store<f64>(predictions + (<usize>at << 3), mean + deviation * <f64>o)
    const r = o - wanted
    const away = abs(r)
    const cut = min<f32>(away, 1)
    const loss = cut * (away - <f32>0.5 * cut)
    store<f32>(losses + (<usize>at << 2), loss)
    const d = max<f32>(-1, min<f32>(1, r))

    // The bias of the second layer comes first, then the active units, because the others have no gradient.
    const gc = load<f32>(p, GC) + d * d
    store<f32>(p, gc, GC)
    const uc = d * SECOND / (sqrt(gc) + EPSILON)
    let products = zero
    let left = active
    while (left) {
      const j = <usize>ctz(left)
      left &= left - 1
      const row = p + (j << 5)
      const back = f32x4.splat(d * load<f32>(row, 28))
      const ga = f32x4.mul(back, a)
      const gb = f32x4.replace_lane(f32x4.mul(back, b), 3, d * load<f32>(p + (j << 2), H))
      const sa = mulAdd(ga, ga, v128.load(row, G))
      const sb = mulAdd(gb, gb, v128.load(row, G + 16))
      v128.store(row, sa, G)
      v128.store(row, sb, G + 16)
      const ua = f32x4.div(f32x4.mul(ga, firstLayer), f32x4.add(f32x4.sqrt(sa), epsilon))
      const ub = f32x4.div(f32x4.mul(gb, mixed), f32x4.add(f32x4.sqrt(sb), epsilon))
      products = f32x4.add(products, mulAdd(ga, ua, f32x4.mul(gb, ub)))
      v128.store(row, ua, U)
      v128.store(row, ub, U + 16)
    }
    // The statistics and the step are independent of each other; after the last row, the statistics do not change.
    if (n > 1) encode(p, x + (<usize>next << 6))
    const ratio = (d * uc + sum(products)) / (d * d)
    const share = ratio > 0 ? shrinkage(ratio) : 1
    store<f32>(p, c - share * uc, C)
    const shares = f32x4.splat(share)
    while (active) {
      const j = <usize>ctz(active)
      active &= active - 1
      const row = p + (j << 5)
      v128.store(row, f32x4.sub(v128.load(row), f32x4.mul(shares, v128.load(row, U))))
      const high = f32x4.sub(v128.load(row, 16), f32x4.mul(shares, v128.load(row, U + 16)))
      v128.store(row, high, 16)
    }
    drift(p, <f64>loss)
    at = next
  }
}

/** Returns the last lanes of four units' rows, which are their weights in the second layer. A copy of them, written one
 * by one and read as a vector, would wait for the writes to reach the cache. */
// @ts-ignore: decorator
@inline
function lastOfFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
  const cd = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
  return i8x16.shuffle(ab, cd, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
}

/** Returns (1 − e^(−c))/c. For a small c, there is neither division nor cancellation. */
// @ts-ignore: decorator
@inline
function shrinkage(c: f32): f32 {
  if (c <= 0.5) return f32x4.extract_lane(expSlopeNear(f32x4.splat(-c)), 0)
  return (1 - f32x4.extract_lane(expFar(f32x4.splat(-c)), 0)) / c
}

/** Advances the statistics of seven fields by a row and scales it; the framework would commit this after the step. */
// @ts-ignore: decorator
@inline
function encode(p: usize, x: usize): void {
  const n = load<f64>(p, N) + 1
  store<f64>(p, n, N)
  const share = max<f64>(1 / n, FORGETTING)
  const a = f64x2.splat(share)
  const rest = f64x2.splat(1 - share)
  unscaled = f64x2.replace_lane(f64x2.splat(load<f64>(p, MEAN + 48)), 1, sqrt<f64>(load<f64>(p, VARIANCE + 48)))
  const d0 = advance(p, x, 0, a, rest)
  const d1 = advance(p, x, 16, a, rest)
  const d2 = advance(p, x, 32, a, rest)
  const d3 = advance(p, x, 48, a, rest)
  const five = f32x4.splat(5)
  const low = f32x4.div(join(d0, d1), f32x4.sqrt(spread(p, 0)))
  const high = f32x4.div(join(d2, d3), f32x4.sqrt(spread(p, 32)))
  target = f32x4.extract_lane(high, 2)
  first = f32x4.pmin(f32x4.pmax(low, f32x4.neg(five)), five)
  const cut = f32x4.pmin(f32x4.pmax(high, f32x4.neg(five)), five)
  second = f32x4.replace_lane(f32x4.replace_lane(cut, 2, 1), 3, 0)
}

/** Returns x − μ by the new mean, and 0 where there is no spread yet. */
// @ts-ignore: decorator
@inline
function advance(p: usize, x: usize, at: usize, a: v128, rest: v128): v128 {
  const raw = v128.load(x + at)
  const mean = v128.load(p + at, MEAN)
  const delta = f64x2.sub(raw, mean)
  const part = f64x2.mul(a, delta)
  const moved = f64x2.add(mean, part)
  const variance = f64x2.mul(rest, f64x2.add(v128.load(p + at, VARIANCE), f64x2.mul(part, delta)))
  v128.store(p + at, moved, MEAN)
  v128.store(p + at, variance, VARIANCE)
  const least = f64x2.mul(f64x2.splat(NO_SPREAD), f64x2.mul(moved, moved))
  return v128.and(f64x2.sub(raw, moved), f64x2.gt(variance, least))
}
// @ts-ignore: decorator
@inline
function spread(p: usize, at: usize): v128 {
  // With a variance of 0, the difference is 0. The bound is the least normal number, because smaller ones are slow.
  return f32x4.pmax(join(v128.load(p + at, VARIANCE), v128.load(p + at, VARIANCE + 16)), f32x4.splat(1.2e-38))
}
// @ts-ignore: decorator
@inline
function join(a: v128, b: v128): v128 {
  const low = f32x4.demote_f64x2_zero(a)
  return i8x16.shuffle(low, f32x4.demote_f64x2_zero(b), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
}

/** Applies the framework's drift rule: if the loss has risen lastingly, a tenth of G is kept. */
// @ts-ignore: decorator
@inline
function drift(p: usize, given: f64): void {
  const l = min<f64>(given, 8)
  const t = load<f64>(p, DRIFT + 24) + 1
  store<f64>(p, t, DRIFT + 24)
  let fast = load<f64>(p, DRIFT)
  fast += 0.02 * (l - fast)
  const share = max<f64>(1 / t, 0.001)
  const delta = l - load<f64>(p, DRIFT + 8)
  const slow = load<f64>(p, DRIFT + 8) + share * delta
  const variance = load<f64>(p, DRIFT + 16) + share * (delta * delta - load<f64>(p, DRIFT + 16))
  if (t < 50) fast = slow
  const above = fast - slow
  // This is above > 4√(0.01σ²) without the root.
  if (above > 0 && above * above > 0.16 * variance && t > 200 && t - load<f64>(p, DRIFT + 32) >= 200) {
    fast = slow
    store<f64>(p, t, DRIFT + 32)
    for (let at: usize = 0; at < 1024; at += 16)
      v128.store(p + at, f32x4.mul(f32x4.splat(0.1), v128.load(p + at, G)), G)
    store<f32>(p, <f32>0.1 * load<f32>(p, GC), GC)
  }
  store<f64>(p, fast, DRIFT)
  store<f64>(p, slow, DRIFT + 8)
  store<f64>(p, variance, DRIFT + 16)
}
