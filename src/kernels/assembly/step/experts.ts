// The mixture of experts: the twin of src/program/experts.ts.

import { RELATIVE, Scores, SCORES_CUT, SCORES_FREEDOM, SCORES_KEPT, SCORES_SIZE } from '../abi'
import { exp_f64 } from '../math/elementary/exp'

/** (1/b) Σ wᵢ·lᵢ over the b rows of a window, 0 without rows. */
export function meanOfRows(out: usize, a: usize, b: usize, m: usize, k: usize, stride: i32): void {
  const rows = load<f64>(m)
  let at = <usize>load<f64>(k)
  let sum: f64 = 0
  for (let i: f64 = 0; i < rows; i++) {
    sum += load<f64>(b + at) * load<f64>(a + at)
    at += <usize>stride
  }
  store<f64>(out, rows > 0 ? sum / rows : 0)
}

/** The least of n losses. */
function leastOf(losses: usize, n: i32): f64 {
  let least: f64 = Infinity
  for (let k = 0; k < n; k++) least = min<f64>(least, load<f64>(losses + (<usize>k << 3)))
  return least
}

export function weighExperts<T>(out: usize, scores: usize, n: i32, flags: i32): void {
  const losses = scores + 8 * SCORES_SIZE
  const best = leastOf(losses, n)
  const factor = flags & RELATIVE ? changetype<Scores>(scores).rows / (2 * best) : 1
  let sum: f64 = 0
  for (let k = 0; k < n; k++) sum += likely(factor, load<f64>(losses + (<usize>k << 3)), best)
  for (let k = 0; k < n; k++)
    store<T>(out + <usize>k * sizeof<T>(), <T>(likely(factor, load<f64>(losses + (<usize>k << 3)), best) / sum))
}

// @ts-ignore: decorator
@inline
function likely(factor: f64, loss: f64, best: f64): f64 {
  return loss > best ? exp_f64(-min<f64>(factor * (loss - best), 700)) : 1
}

export function scoreExperts(scores: usize, losses: usize, b: usize, n: i32, flags: i32): void {
  const least = leastOf(losses, n)
  const weight = load<f64>(b)
  const common = min<f64>(least, SCORES_CUT)
  const given = changetype<Scores>(scores)
  const told = flags & RELATIVE ? informative(common, given.rows, leastOf(scores + 8 * SCORES_SIZE, n)) : 1
  given.rows = SCORES_KEPT * given.rows + weight
  for (let k = 0; k < n; k++) {
    const at = scores + (<usize>(SCORES_SIZE + k) << 3)
    const worse = min<f64>(load<f64>(losses + (<usize>k << 3)) - least, SCORES_CUT)
    store<f64>(at, SCORES_KEPT * load<f64>(at) + weight * told * (worse + common))
  }
}

// @ts-ignore: decorator
@inline
function informative(loss: f64, rows: f64, best: f64): f64 {
  return loss * rows > best && best > 0 ? <f64>(SCORES_FREEDOM + 1) / (<f64>SCORES_FREEDOM + (loss * rows) / best) : 1
}
