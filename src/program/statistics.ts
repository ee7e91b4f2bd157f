import {
  ADVANCE,
  EXPONENTIAL,
  FORGETTING,
  FURTHEST_TRUSTED,
  NO_SPREAD,
  SCALED,
  SCALER,
  SCALER_SIZE,
  TAKEN_AS,
  TRUST_FROM,
} from './abi.js'
import type { Arithmetic } from './arithmetic.js'
import type { Kernels } from './kernel.js'

/**
 * Returns the number that an exponential scaler takes for x, which is x itself unless it is wild:
 *
 *     x′ = μ ± 6σ  where |x − μ| > 30σ, σ > 0 and n ≥ 4
 *
 * One wild number then widens σ² by 3.6 %, and ten by 42 %. Where one row in a hundred is wild for ever, σ² settles at
 * 1.56 times that of the others, because 0.01·36 < 1. A true change of level or of units widens σ by 1.8 % with each
 * row until it is trusted: one of 1000σ is so within 200 rows. A cut at 6σ itself would lose rare values: σ² shrinks
 * without end where less than one row in 36 differs from the others.
 */
const trusted = (d: Float64Array, s: number, x: number): number => {
  const mean = d[s + SCALER.mean]
  const variance = d[s + SCALER.variance]
  const delta = x - mean
  if (!(delta * delta > FURTHEST_TRUSTED * FURTHEST_TRUSTED * variance)) return x
  if (!(d[s + SCALER.n] >= TRUST_FROM && variance > NO_SPREAD * mean * mean)) return x
  const away = TAKEN_AS * Math.sqrt(variance)
  return delta > 0 ? mean + away : mean - away
}

/**
 * The statistics of a column are a `SCALER`: n, μ, σ². A number x advances them to
 *
 *     n + 1,  μ' = μ + a(x − μ),  σ²' = (1 − a)(σ² + a(x − μ)²)        exponential, a = max(1/n', 0.001)
 *                                 σ²' = σ² + ((x − μ)(x − μ') − σ²)/n'  standard (Welford), a = 1/n'
 */
const advanced = (d: Float64Array, s: number, x: number, exponential: boolean, into: Float64Array): void => {
  const n = d[s + SCALER.n] + 1
  const mean = d[s + SCALER.mean]
  const variance = d[s + SCALER.variance]
  const a = exponential ? Math.max(1 / n, FORGETTING) : 1 / n
  const delta = x - mean
  const moved = mean + (exponential ? a * delta : delta / n)
  into[SCALER.n] = n
  into[SCALER.mean] = moved
  into[SCALER.variance] = exponential
    ? (1 - a) * (variance + a * delta * delta)
    : variance + (delta * (x - moved) - variance) / n
}
const scratch = new Float64Array(SCALER_SIZE)

/** The first and the last ops of a step: they turn numbers into columns, and advance the statistics row by row. */
export const statisticsKernels = ({ shift }: Arithmetic): Kernels => ({
  /**
   * z = (x − μ)/σ by the committed statistics, which this x alone advances first where the flag says so; a missing x
   * gives 0.
   */
  scale: (v, d, out, a, b, c, _n, _m, _k, flags) => {
    const s = b >> 3
    const x = flags & EXPONENTIAL ? trusted(d, s, d[a >> 3]) : d[a >> 3]
    scratch.set(d.subarray(s, s + scratch.length))
    if (!Number.isNaN(x) && flags & ADVANCE) advanced(d, s, x, (flags & EXPONENTIAL) !== 0, scratch)
    const [mean, variance, clip] = [scratch[SCALER.mean], scratch[SCALER.variance], d[c >> 3]]
    const spread = !Number.isNaN(x) && variance > NO_SPREAD * mean * mean
    const z = spread ? (x - mean) / Math.sqrt(variance) : 0
    v[out >> shift] = z > clip ? clip : z < -clip ? -clip : z
  },
  commitScale: (_v, d, _o, a, b, _c, _n, _m, _k, flags) => {
    const s = b >> 3
    const given = d[a >> 3]
    if (Number.isNaN(given)) return
    const x = flags & EXPONENTIAL ? trusted(d, s, given) : given
    advanced(d, s, x, (flags & EXPONENTIAL) !== 0, scratch)
    scratch[SCALER.clipped] = d[s + SCALER.clipped] + (x === given ? 0 : 1)
    d.set(scratch, s)
  },
  /** μ + σo in f64, by the committed statistics. */
  unscale: (v, d, out, a, b, _c, _n, _m, _k, flags) => {
    const o = v[a >> shift]
    d[out >> 3] = flags & SCALED ? d[(b >> 3) + SCALER.mean] + Math.sqrt(d[(b >> 3) + SCALER.variance]) * o : o
  },
  /** Sets the column that x names to 1 and the others to 0; −1 and NaN name no column. */
  oneHot: (v, d, out, a, _b, _c, n) => {
    const o = out >> shift
    const column = d[a >> 3]
    for (let i = 0; i < n; i++) v[o + i] = i === column ? 1 : 0
  },
  /** Casts f64 to the model's type; a missing number gives 0. */
  cast: (v, d, out, a, _b, _c, n) => {
    for (let i = 0; i < n; i++) {
      const x = d[(a >> 3) + i]
      v[(out >> shift) + i] = !Number.isNaN(x) ? x : 0
    }
  },
  /** Writes 1 for the first `a` of n columns, and 0 for the others, whose class has not been seen. */
  known: (v, d, out, a, _b, _c, n) => {
    for (let i = 0; i < n; i++) v[(out >> shift) + i] = i < d[a >> 3] ? 1 : 0
  },
})
