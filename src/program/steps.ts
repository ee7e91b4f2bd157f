import {
  BOUND,
  FURTHEST_SHARED,
  LEAST_SHARED,
  NEWTON_STEPS,
  OUT_OF_BOUNDS,
  REFUSED,
  SHRINKS_FROM,
  SUMMED,
} from './abi.js'
import type { Arithmetic } from './arithmetic.js'
import { drift } from './drift.js'
import { exp64, log1p64, log64, sigmoid64 } from './elementary/index.js'
import type { Kernels } from './kernel.js'
import { addLanes, inLanes } from './lanes.js'

/** (1 − e^(−c))/c, 1 at c = 0. */
const shrinkage = (c: number): number => (c < SHRINKS_FROM ? 1 - c / 2 : (1 - exp64(-c)) / c)

/**
 * The share of a step that lands where following the gradient in small steps would land: the importance-invariant
 * update of Karampatziakis and Langford (2011) for a logit o of a target t. The signed logit q moves to the z that
 * solves z + e^z = q + e^q + c, and s = (z − q)/(c·σ(−q)).
 */
const logisticShare = (c: number, o: number, t: number): number => {
  const q = t > 0.5 ? o : -o
  const reach = c * sigmoid64(-q)
  if (reach < LEAST_SHARED) return 1
  if (q > FURTHEST_SHARED) return log1p64(reach) / reach
  const goal = q + exp64(q) + c
  // All three are upper bounds of z. From there, Newton's method descends to z, because z + e^z is convex.
  let z = Math.min(q + reach, goal > 1 ? log64(goal) : goal)
  for (let i = 0; i < NEWTON_STEPS; i++) {
    const e = exp64(z)
    const next = z - (z + e - goal) / (1 + e)
    if (!(next < z)) break
    z = next
  }
  return (z - q) / reach
}

/**
 * The parts of a step beyond graph ops: vectors with f64 scalars, the guard, the overshoot bound and the drift rule.
 */
export const stepKernels = ({ shift, round }: Arithmetic): Kernels => ({
  /**
   * y = x·s, where s is an f64 scalar that is rounded to the model's type. If there is a c, what is below the number
   * there becomes 0.
   */
  scaleBy: (v, d, out, a, b, c, n) => {
    const y = out >> shift
    const x = a >> shift
    const s = round(d[b >> 3])
    const least = c < 0 ? 0 : d[c >> 3]
    if (s === 1 && y === x && c < 0) return
    for (let i = 0; i < n; i++) {
      v[y + i] = v[x + i] * s
      if (Math.abs(v[y + i]) < least) v[y + i] = 0
    }
  },
  shiftBy: (v, d, out, a, b, _c, n) => {
    const y = out >> shift
    const x = a >> shift
    const s = round(d[b >> 3])
    for (let i = 0; i < n; i++) v[y + i] = v[x + i] + s
  },
  /** Adds Σ x·y to an f64 scalar, computed in f64 and in four lanes. */
  dot: (v, d, out, a, b, _c, n) => {
    d[out >> 3] += inLanes((x) => x, v, a >> shift, 1, b >> shift, 1, n)
  },
  /**
   * G ← s·G + g² (G at a, g at out, s at b), then g ← g / ((√G + ε)·r) (ε at k, r at m), and c += Σ g·g′. Blocks are
   * summed in four lanes of their own type, and the blocks' sums in f64.
   */
  adaptive: (v, d, out, a, b, c, n, m, k) => {
    const g = out >> shift
    const squares = a >> shift
    const [keep, divisor, epsilon] = [round(d[b >> 3]), round(d[m >> 3]), round(d[k >> 3])]
    for (let block = 0; block < n; block += SUMMED) {
      const lanes = [0, 0, 0, 0]
      for (let i = block; i < Math.min(block + SUMMED, n); i++) {
        const x = v[g + i]
        v[squares + i] = round(v[squares + i] * keep) + round(x * x)
        v[g + i] = x / round(round(round(Math.sqrt(v[squares + i])) + epsilon) * divisor)
        lanes[i & 3] = round(lanes[i & 3] + round(x * v[g + i]))
      }
      d[c >> 3] += addLanes(round, lanes)
    }
  },
  /**
   * θ ← θ − s·u (θ at out, u at a, s at b); c becomes the largest |θ|, or where flagged the larger of that and what c
   * was.
   */
  descend: (v, d, out, a, b, c, n, _m, _k, flags) => {
    const x = out >> shift
    const u = a >> shift
    const s = round(d[b >> 3])
    let reach = flags ? d[c >> 3] : 0
    for (let i = 0; i < n; i++) {
      v[x + i] = v[x + i] - round(v[u + i] * s)
      reach = Math.max(reach, Math.abs(v[x + i]))
    }
    d[c >> 3] = reach
  },
  /** Finds the largest |θ| (n elements at a) where it is not known, which is where out is not finite. */
  look: (v, d, out, a, _b, _c, n) => {
    if (d[out >> 3] < Infinity) return
    const x = a >> shift
    let reach = 0
    for (let i = 0; i < n; i++) reach = Math.max(reach, Math.abs(v[x + i]))
    d[out >> 3] = reach
  },
  /** Refuses the step unless the loss (a) and every gradient (n elements at b) are below the bound (c). */
  guard: (v, d, _out, a, b, c, n) => {
    const g = b >> shift
    const bound = d[c >> 3]
    if (!(Math.abs(d[a >> 3]) < Infinity)) return REFUSED
    for (let i = 0; i < n; i++) if (!(Math.abs(v[g + i]) < bound)) return REFUSED
    return 0
  },
  /** Reports when a parameter (n elements at a) is beyond the bound (c). */
  watch: (v, d, _out, a, _b, c, n) => {
    const x = a >> shift
    const bound = d[c >> 3]
    for (let i = 0; i < n; i++) if (!(Math.abs(v[x + i]) <= bound)) return OUT_OF_BOUNDS
    return 0
  },
  /**
   * The share s of a step that does not overshoot, from c = ⟨g, u⟩ (at a) and mean |r|² (at b). `flags` says for which
   * loss. A logistic step of one row (d[m] = 1) solves for s from the logit (d[c]) and the target (d[k]) of that row. A
   * convex loss whose mean (at k) is less than |r|² is steeper than squared error, and reaches its goal by so much less
   * of a step.
   */
  bound: (_v, d, out, a, b, c, _n, m, k, flags) => {
    const squares = d[b >> 3]
    const ratio = d[a >> 3] / squares
    if (!(squares > 0 && ratio > 0)) d[out >> 3] = 1
    else if (flags === BOUND.regression)
      d[out >> 3] = shrinkage(k < 0 ? ratio : ratio * Math.max(1, squares / d[k >> 3]))
    else if (flags === BOUND.logistic && d[m >> 3] === 1) d[out >> 3] = logisticShare(ratio, d[c >> 3], d[k >> 3])
    else d[out >> 3] = shrinkage(ratio / 2)
  },
  /** The number at a of the row that stands d[b] bytes behind row 0, as an f64. */
  pick: (v, d, out, a, b) => {
    d[out >> 3] = v[(a + d[b >> 3]) >> shift]
  },
  drift,
})
