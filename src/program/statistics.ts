import {
  ADVANCE,
  EXPONENTIAL,
  FORGETTING,
  FURTHEST_TRUSTED,
  NO_SPREAD,
  RESTART_AFTER,
  SCALED,
  SCALER,
  SCALER_SIZE,
  TAKEN_AS,
  TRUST_FROM,
  WHOLE,
} from './abi.js'
import type { Arithmetic } from './arithmetic.js'
import type { Kernels } from './kernel.js'

/**
 * Tells whether an exponential scaler distrusts x: |x − μ| > 30σ, where σ > 0 and n ≥ 4. It takes such an x for μ ± 6σ.
 *
 * One wild number then widens σ² by 3.6 %, and ten by 42 %. Where one row in a hundred is wild for ever, σ² settles at
 * 1.56 times that of the others, because 0.01·36 < 1. A true change of units widens σ by 1.8 % with each row until it
 * is trusted: one by 1,000 is so within 200 rows. A cut at 6σ itself would lose rare values: σ² shrinks without end
 * where less than one row in 36 differs from the others. After 50 wild numbers in a row, a new level is no fault any
 * more, and the scaler begins anew with the number at hand; among a run, each number that is trusted halves its count.
 */
const isWild = (d: Float64Array, s: number, x: number): boolean => {
  const mean = d[s + SCALER.mean]
  const variance = d[s + SCALER.variance]
  const delta = x - mean
  return (
    delta * delta > FURTHEST_TRUSTED * FURTHEST_TRUSTED * variance &&
    d[s + SCALER.n] >= TRUST_FROM &&
    variance > NO_SPREAD * mean * mean
  )
}
const takenAs = (d: Float64Array, s: number, x: number): number => {
  const mean = d[s + SCALER.mean]
  const away = TAKEN_AS * Math.sqrt(d[s + SCALER.variance])
  return x > mean ? mean + away : mean - away
}

/**
 * The statistics of a column are a `SCALER`. A number x, or what is taken for it, advances them to
 *
 *     n + 1,  μ' = μ + a(x − μ),  σ²' = (1 − a)(σ² + a(x − μ)²)        exponential, a = max(1/n', 0.001)
 *                                 σ²' = σ² + ((x − μ)(x − μ') − σ²)/n'  standard (Welford), a = 1/n'
 *
 * @returns the number that was taken for x
 */
const advanced = (d: Float64Array, s: number, given: number, exponential: boolean, into: Float64Array): number => {
  const wild = exponential && isWild(d, s, given)
  const run = wild ? d[s + SCALER.run] + 1 : Math.floor(d[s + SCALER.run] / 2)
  const restarts = wild && run >= RESTART_AFTER
  const n = restarts ? 1 : d[s + SCALER.n] + 1
  const mean = d[s + SCALER.mean]
  const variance = d[s + SCALER.variance]
  const x = wild && !restarts ? takenAs(d, s, given) : given
  const a = exponential ? Math.max(1 / n, FORGETTING) : 1 / n
  const delta = x - mean
  const moved = mean + (exponential ? a * delta : delta / n)
  into[SCALER.n] = n
  into[SCALER.mean] = moved
  into[SCALER.variance] = exponential
    ? (1 - a) * (variance + a * delta * delta)
    : variance + (delta * (x - moved) - variance) / n
  into[SCALER.clipped] = wild ? d[s + SCALER.clipped] + 1 : d[s + SCALER.clipped]
  into[SCALER.run] = restarts ? 0 : run
  into[SCALER.restarts] = restarts ? d[s + SCALER.restarts] + 1 : d[s + SCALER.restarts]
  return x
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
    const given = d[a >> 3]
    let x = given
    scratch.set(d.subarray(s, s + scratch.length))
    const exponential = (flags & EXPONENTIAL) !== 0
    if (!Number.isNaN(x) && flags & ADVANCE) x = advanced(d, s, x, exponential, scratch)
    else if (exponential && isWild(d, s, x)) x = takenAs(d, s, x)
    if (flags & WHOLE) x = given
    const [mean, variance, clip] = [scratch[SCALER.mean], scratch[SCALER.variance], d[c >> 3]]
    const spread = !Number.isNaN(x) && variance > NO_SPREAD * mean * mean
    const z = spread ? (x - mean) / Math.sqrt(variance) : 0
    v[out >> shift] = z > clip ? clip : z < -clip ? -clip : z
  },
  commitScale: (_v, d, _o, a, b, _c, _n, _m, _k, flags) => {
    const x = d[a >> 3]
    if (Number.isNaN(x)) return
    advanced(d, b >> 3, x, (flags & EXPONENTIAL) !== 0, scratch)
    d.set(scratch, b >> 3)
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
