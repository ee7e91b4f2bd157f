// A row's numbers to columns: read, checked, scaled by statistics that this row alone has advanced. What the statistics
// become is kept aside until the step is taken.

const FORGETTING: f64 = 0.001
const NO_SPREAD: f64 = 1e-20
const LARGEST: f64 = 1e150

/** Three f64 a field: n, μ, σ². */
const FIELD: usize = 24

/** The statistics of so many fields become what was kept aside: too few numbers for the host's own copy to pay. */
// @ts-ignore: decorator
@inline
export function keep(s: usize, next: usize, fields: i32): void {
  for (let at: usize = 0, bytes = <usize>fields * FIELD; at < bytes; at += 8) store<f64>(s + at, load<f64>(next + at))
}

/** z of one number; its statistics as they will be go to `next`. */
// @ts-ignore: decorator
@inline
export function scaled(x: f64, s: usize, next: usize, exponential: bool, clip: f64): f64 {
  if (x != x) {
    keep(next, s, 1)
    return 0
  }
  const n = load<f64>(s) + 1
  const mean = load<f64>(s, 8)
  const variance = load<f64>(s, 16)
  const delta = x - mean
  let moved: f64
  let spread: f64
  if (exponential) {
    // 1/n only counts while it is the larger
    const a = n < 1000 ? max<f64>(1 / n, FORGETTING) : FORGETTING
    moved = mean + a * delta
    spread = (1 - a) * (variance + a * delta * delta)
  } else {
    moved = mean + delta / n
    spread = variance + (delta * (x - moved) - variance) / n
  }
  store<f64>(next, n)
  store<f64>(next, moved, 8)
  store<f64>(next, spread, 16)
  const z = spread > NO_SPREAD * moved * moved ? (x - moved) / sqrt<f64>(spread) : 0
  return z > clip ? clip : z < -clip ? -clip : z
}

/** Two f64, so far apart. */
// @ts-ignore: decorator
@inline
function two(p: usize, apart: usize): v128 {
  return v128.load64_lane(p + apart, v128.load64_splat(p), 1)
}
// @ts-ignore: decorator
@inline
function putTwo(p: usize, x: v128): void {
  v128.store64_lane(p, x, 0)
  v128.store64_lane(p + FIELD, x, 1)
}

/** `scaled` of two fields side by side, exponential and there both; `clips` has their bounds. */
// @ts-ignore: decorator
@inline
export function scaledTwo<T>(out: usize, x: v128, s: usize, next: usize, clips: v128): void {
  const least = f64x2.splat(FORGETTING)
  const n = f64x2.add(two(s, FIELD), f64x2.splat(1))
  const mean = two(s + 8, FIELD)
  const delta = f64x2.sub(x, mean)
  const a = i64x2.all_true(f64x2.ge(n, f64x2.splat(1000))) ? least : f64x2.pmax(f64x2.div(f64x2.splat(1), n), least)
  const part = f64x2.mul(a, delta)
  const moved = f64x2.add(mean, part)
  const spread = f64x2.mul(f64x2.sub(f64x2.splat(1), a), f64x2.add(two(s + 16, FIELD), f64x2.mul(part, delta)))
  putTwo(next, n)
  putTwo(next + 8, moved)
  putTwo(next + 16, spread)
  const isSpread = f64x2.gt(spread, f64x2.mul(f64x2.mul(f64x2.splat(NO_SPREAD), moved), moved))
  const z = v128.and(f64x2.div(f64x2.sub(x, moved), f64x2.sqrt(spread)), isSpread)
  const cut = f64x2.pmax(f64x2.pmin(z, clips), f64x2.neg(clips))
  if (sizeof<T>() == 4) v128.store64_lane(out, f32x4.demote_f64x2_zero(cut), 0)
  else v128.store(out, cut)
}

/** Whether a number may be learned from: within bounds, or missing where that is allowed. */
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
