// Turns a row's numbers into columns: they are read, checked, and scaled by statistics that this row alone has
// advanced. The advanced statistics are kept aside until the step is taken.

import { FORGETTING, FURTHEST_TRUSTED, LARGEST, NO_SPREAD, Scaler } from '../abi'
import { advance } from '../step/statistics'

/**
 * Copies the statistics that were kept aside to their place. They are too few numbers for the host's own copy to pay
 * off.
 */
// @ts-ignore: decorator
@inline
export function keep(s: usize, next: usize, fields: i32): void {
  for (let at: usize = 0, bytes = <usize>fields * offsetof<Scaler>(); at < bytes; at += 16) v128.store(s + at, v128.load(next + at))
}

/** Computes z of one number, and stores its advanced statistics at `next`. */
export function scaled(given: f64, s: usize, next: usize, exponential: bool, clip: f64): f64 {
  if (given != given) {
    keep(next, s, 1)
    return 0
  }
  const x = advance(given, s, next, exponential)
  const then = changetype<Scaler>(next)
  const moved = then.mean
  const spread = then.variance
  const z = spread > NO_SPREAD * moved * moved ? (x - moved) / sqrt<f64>(spread) : 0
  return z > clip ? clip : z < -clip ? -clip : z
}

/** μ + σo: turns an output back into the number that it stands for. */
// @ts-ignore: decorator
@inline
export function unscaled(o: f64, s: usize): f64 {
  const scaler = changetype<Scaler>(s)
  return scaler.mean + sqrt<f64>(scaler.variance) * o
}

/** Loads an f64 of a scaler together with the same f64 of the next scaler. */
// @ts-ignore: decorator
@inline
function two(p: usize): v128 {
  return v128.load64_lane(p + offsetof<Scaler>(), v128.load64_splat(p), 1)
}
// @ts-ignore: decorator
@inline
function putTwo(p: usize, x: v128): void {
  v128.store64_lane(p, x, 0)
  v128.store64_lane(p + offsetof<Scaler>(), x, 1)
}

/** Copies the counts of one scaler, whose run is halved: `clipped` and `run` stand side by side. */
// @ts-ignore: decorator
@inline
function putCounts(s: usize, next: usize): void {
  const counts = f64x2.mul(v128.load(s + offsetof<Scaler>("clipped")), f64x2(1, 0.5))
  v128.store(next + offsetof<Scaler>("clipped"), v128.shuffle<f64>(counts, f64x2.floor(counts), 0, 3))
  store<f64>(next + offsetof<Scaler>("restarts"), load<f64>(s + offsetof<Scaler>("restarts")))
}

/**
 * Does what `scaled` does for two fields side by side; both are exponential and present, and `clips` holds their
 * bounds.
 */
// @ts-ignore: decorator
@inline
export function scaledTwo<T>(out: usize, x: v128, s: usize, next: usize, clips: v128): void {
  const least = f64x2.splat(FORGETTING)
  const n = f64x2.add(two(s + offsetof<Scaler>("n")), f64x2.splat(1))
  const mean = two(s + offsetof<Scaler>("mean"))
  const delta = f64x2.sub(x, mean)
  const far = f64x2.mul(f64x2.splat(FURTHEST_TRUSTED * FURTHEST_TRUSTED), two(s + offsetof<Scaler>("variance")))
  if (v128.any_true(f64x2.gt(f64x2.mul(delta, delta), far))) {
    store<T>(out, <T>scaled(f64x2.extract_lane(x, 0), s, next, true, f64x2.extract_lane(clips, 0)))
    store<T>(out + sizeof<T>(), <T>scaled(f64x2.extract_lane(x, 1), s + offsetof<Scaler>(), next + offsetof<Scaler>(), true, f64x2.extract_lane(clips, 1)))
    return
  }
  const a = i64x2.all_true(f64x2.ge(n, f64x2.splat(1 / FORGETTING))) ? least : f64x2.pmax(f64x2.div(f64x2.splat(1), n), least)
  const part = f64x2.mul(a, delta)
  const moved = f64x2.add(mean, part)
  const spread = f64x2.mul(f64x2.sub(f64x2.splat(1), a), f64x2.add(two(s + offsetof<Scaler>("variance")), f64x2.mul(part, delta)))
  putTwo(next + offsetof<Scaler>("n"), n)
  putTwo(next + offsetof<Scaler>("mean"), moved)
  putTwo(next + offsetof<Scaler>("variance"), spread)
  putCounts(s, next)
  putCounts(s + offsetof<Scaler>(), next + offsetof<Scaler>())
  const isSpread = f64x2.gt(spread, f64x2.mul(f64x2.mul(f64x2.splat(NO_SPREAD), moved), moved))
  const z = v128.and(f64x2.div(f64x2.sub(x, moved), f64x2.sqrt(spread)), isSpread)
  const cut = f64x2.pmax(f64x2.pmin(z, clips), f64x2.neg(clips))
  if (sizeof<T>() == 4) v128.store64_lane(out, f32x4.demote_f64x2_zero(cut), 0)
  else v128.store(out, cut)
}

/** Says whether a number may be learned from: it lies within bounds, or it is missing where that is allowed. */
// @ts-ignore: decorator
@inline
export function fits(x: f64, missing: bool): bool {
  return abs<f64>(x) <= LARGEST || (missing && x != x)
}
// @ts-ignore: decorator
@inline
export function fitTwo(x: v128): bool {
  return i64x2.all_true(f64x2.le(f64x2.abs(x), f64x2.splat(LARGEST)))
}
