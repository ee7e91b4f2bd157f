// A row's numbers to columns: read, checked, scaled by statistics that this row alone has advanced. What the statistics
// become is kept aside until the step is taken.

const FORGETTING: f64 = 0.001
const NO_SPREAD: f64 = 1e-20
const LARGEST: f64 = 1e150

/** Three f64 a field: n, μ, σ². */
const FIELD: usize = 24

/** z of one number; its statistics as they will be go to `next`. */
// @ts-ignore: decorator
@inline
export function scaled(x: f64, s: usize, next: usize, exponential: bool, clip: f64): f64 {
  if (x != x) {
    memory.copy(next, s, FIELD)
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

/** Whether a number may be learned from: within bounds, or missing where that is allowed. */
// @ts-ignore: decorator
@inline
export function fits(x: f64, missing: bool): bool {
  return abs<f64>(x) <= LARGEST || (missing && x != x)
}
