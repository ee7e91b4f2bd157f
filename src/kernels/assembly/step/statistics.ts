// Turns numbers into columns and advances running statistics: the f64 twin of src/program/statistics.ts.

import {
  ADVANCE, EXPONENTIAL, FORGETTING, FURTHEST_TRUSTED, NO_SPREAD, RESTART_AFTER, SCALED, Scaler, TAKEN_AS, TRUST_FROM,
  WHOLE,
} from '../abi'
import { cos_f64, sin_f64 } from '../math/elementary/trigonometry'

const TWO_PI: f64 = 6.283185307179586

// @ts-ignore: decorator
@inline
function isWild(x: f64, s: usize): bool {
  const scaler = changetype<Scaler>(s)
  const delta = x - scaler.mean
  return delta * delta > FURTHEST_TRUSTED * FURTHEST_TRUSTED * scaler.variance && isDistrusted(scaler)
}
function isDistrusted(scaler: Scaler): bool {
  const mean = scaler.mean
  return scaler.n >= TRUST_FROM && scaler.variance > NO_SPREAD * mean * mean
}
function takenAs(x: f64, scaler: Scaler): f64 {
  const mean = scaler.mean
  const away = TAKEN_AS * sqrt<f64>(scaler.variance)
  return x > mean ? mean + away : mean - away
}

/** Writes the statistics at `s`, advanced by a wild number, to `next`, and returns the number that is taken for it. */
function advancedByWild(x: f64, s: usize, next: usize): f64 {
  const now = changetype<Scaler>(s)
  const then = changetype<Scaler>(next)
  const run = now.run + 1
  const restarts = run >= RESTART_AFTER
  const taken = restarts ? x : takenAs(x, now)
  const clipped = now.clipped + 1
  const before = now.restarts
  advanceTo(taken, restarts ? 1 : now.n + 1, now, then)
  then.clipped = clipped
  then.run = restarts ? 0 : run
  then.restarts = restarts ? before + 1 : before
  return taken
}

/** Writes n, μ and σ² as x advances them exponentially. */
// @ts-ignore: decorator
@inline
function advanceTo(x: f64, n: f64, now: Scaler, then: Scaler): void {
  const a = n < 1 / FORGETTING ? max<f64>(1 / n, FORGETTING) : FORGETTING
  const mean = now.mean
  const delta = x - mean
  const variance = (1 - a) * (now.variance + a * delta * delta)
  then.n = n
  then.mean = mean + a * delta
  then.variance = variance
}

/** Writes the statistics at `s`, advanced by x, to `next`, which may be the same; returns the number taken for x. */
export function advance(x: f64, s: usize, next: usize, exponential: bool): f64 {
  if (exponential && isWild(x, s)) return advancedByWild(x, s, next)
  const now = changetype<Scaler>(s)
  const then = changetype<Scaler>(next)
  const n = now.n + 1
  if (exponential) advanceTo(x, n, now, then)
  else {
    const mean = now.mean
    const variance = now.variance
    const delta = x - mean
    const moved = mean + delta / n
    then.n = n
    then.mean = moved
    then.variance = variance + (delta * (x - moved) - variance) / n
  }
  then.clipped = now.clipped
  then.run = floor<f64>(now.run * 0.5)
  then.restarts = now.restarts
  return x
}

const scratch: usize = memory.data(offsetof<Scaler>(), 16)

/** z = (x − μ)/σ, where the flag says whether this x alone advances the statistics first. */
export function scale<T>(out: usize, a: usize, b: usize, c: usize, flags: i32): void {
  const exponential = (flags & EXPONENTIAL) != 0
  const given = load<f64>(a)
  let x = given
  const present = x == x
  let scaler = changetype<Scaler>(b)
  if (present && flags & ADVANCE) {
    x = advance(x, b, scratch, exponential)
    scaler = changetype<Scaler>(scratch)
  } else if (exponential && isWild(x, b)) x = takenAs(x, scaler)
  if (flags & WHOLE) x = given
  const mean = scaler.mean
  const variance = scaler.variance
  const clip = load<f64>(c)
  const z = present && variance > NO_SPREAD * mean * mean ? (x - mean) / sqrt<f64>(variance) : 0
  store<T>(out, <T>(z > clip ? clip : z < -clip ? -clip : z))
}

/** Does the same for many rows by the statistics of one column, two rows side by side. */
export function scaleRows<T>(
  out: usize, outStep: usize, a: usize, aStep: usize, b: usize, c: usize, flags: i32, count: i32,
): void {
  const n = changetype<Scaler>(b).n + 1
  const share = f64x2.splat(max<f64>(1 / n, FORGETTING))
  const kept = f64x2.sub(f64x2.splat(1), share)
  const rows = f64x2.splat(n)
  const mean = v128.load64_splat(b, offsetof<Scaler>("mean"))
  const variance = v128.load64_splat(b, offsetof<Scaler>("variance"))
  const clip = v128.load64_splat(c)
  const noSpread = f64x2.splat(NO_SPREAD)
  const far = flags & EXPONENTIAL ? f64x2.mul(f64x2.splat(FURTHEST_TRUSTED * FURTHEST_TRUSTED), variance) : f64x2.splat(Infinity)
  let row = 0
  for (; row + 2 <= count; row += 2) {
    const x = v128.load64_lane(a + aStep, v128.load64_splat(a), 1)
    const from = f64x2.sub(x, mean)
    if (v128.any_true(f64x2.gt(f64x2.mul(from, from), far))) {
      scale<T>(out, a, b, c, flags)
      scale<T>(out + outStep, a + aStep, b, c, flags)
      a += 2 * aStep
      out += 2 * outStep
      continue
    }
    let m = mean
    let v = variance
    if (flags & ADVANCE) {
      const delta = f64x2.sub(x, mean)
      if (flags & EXPONENTIAL) {
        const part = f64x2.mul(share, delta)
        m = f64x2.add(mean, part)
        v = f64x2.mul(kept, f64x2.add(variance, f64x2.mul(part, delta)))
      } else {
        m = f64x2.add(mean, f64x2.div(delta, rows))
        v = f64x2.add(variance, f64x2.div(f64x2.sub(f64x2.mul(delta, f64x2.sub(x, m)), variance), rows))
      }
    }
    const away = f64x2.sub(x, m)
    const spread = v128.and(f64x2.eq(x, x), f64x2.gt(v, f64x2.mul(f64x2.mul(noSpread, m), m)))
    const z = v128.and(f64x2.div(away, f64x2.sqrt(v)), spread)
    const low = v128.bitselect(f64x2.neg(clip), z, f64x2.lt(z, f64x2.neg(clip)))
    const clipped = v128.bitselect(clip, low, f64x2.gt(z, clip))
    store<T>(out, <T>f64x2.extract_lane(clipped, 0))
    store<T>(out + outStep, <T>f64x2.extract_lane(clipped, 1))
    a += 2 * aStep
    out += 2 * outStep
  }
  if (row < count) scale<T>(out, a, b, c, flags)
}

export function commitScale(a: usize, b: usize, flags: i32): void {
  const x = load<f64>(a)
  if (x == x) advance(x, b, b, (flags & EXPONENTIAL) != 0)
}

export function unscale<T>(out: usize, a: usize, b: usize, flags: i32): void {
  const o = <f64>load<T>(a)
  store<f64>(out, flags & SCALED ? changetype<Scaler>(b).mean + sqrt<f64>(changetype<Scaler>(b).variance) * o : o)
}

export function oneHot<T>(out: usize, a: usize, n: i32): void {
  const column = load<f64>(a)
  memory.fill(out, 0, <usize>n * sizeof<T>())
  if (column >= 0 && column < <f64>n && floor<f64>(column) == column) store<T>(out + <usize>column * sizeof<T>(), <T>1)
}

export function cyclic<T>(out: usize, a: usize, c: usize): void {
  const x = load<f64>(a)
  const period = load<f64>(c)
  const turn = x / period - floor<f64>(x / period)
  store<T>(out, x == x ? <T>sin_f64(TWO_PI * turn) : <T>0)
  store<T>(out, x == x ? <T>cos_f64(TWO_PI * turn) : <T>0, sizeof<T>())
}

export function cast<T>(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const x = load<f64>(a + <usize>i * 8)
    store<T>(out + <usize>i * sizeof<T>(), x == x ? <T>x : <T>0)
  }
}

export function known<T>(out: usize, a: usize, n: i32): void {
  const count = load<f64>(a)
  for (let i = 0; i < n; i++) store<T>(out + <usize>i * sizeof<T>(), <f64>i < count ? <T>1 : <T>0)
}
