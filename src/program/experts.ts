import { RELATIVE, SCORES, SCORES_CUT, SCORES_FREEDOM, SCORES_KEPT, SCORES_SIZE } from './abi.js'
import type { Arithmetic } from './arithmetic.js'
import { exp64 } from './elementary/index.js'
import { bringKernels } from './interpret.js'
import type { Kernels } from './kernel.js'

const leastOf = (losses: Float64Array): number => losses.reduce((least, loss) => Math.min(least, loss), Infinity)

/** Returns the weights of n experts from their scores, which begin at place `scores`, as `weighExperts` does. */
export const weightsOf = (d: Float64Array, scores: number, n: number, relative: boolean): Float64Array => {
  const losses = d.subarray(scores + SCORES_SIZE, scores + SCORES_SIZE + n)
  const best = leastOf(losses)
  const factor = relative ? d[scores + SCORES.rows] / (2 * best) : 1
  const likely = losses.map((loss) => (loss > best ? exp64(-Math.min(factor * (loss - best), 700)) : 1))
  let sum = 0
  for (const each of likely) sum += each
  return likely.map((each) => each / sum)
}

/**
 * How experts that learn side by side are mixed: each counts by how likely it made the labels of the last rows, the
 * older ones less (dynamic model averaging: Raftery, Kárný and Ettler, "Online prediction under model uncertainty via
 * dynamic model averaging", 2010, with the forgetting factor α = 0.99).
 */
const expertKernels = ({ shift, round }: Arithmetic): Kernels => ({
  /**
   * The mean (1/b) Σ wᵢ·lᵢ of an f64 that each of b = d[m] rows has: that of the first at a, and its weight at b, both
   * d[k] bytes behind row 0; those of the others n bytes apart. It is 0 without rows.
   */
  meanOfRows: (_v, d, out, a, b, _c, n, m, k) => {
    const rows = d[m >> 3]
    let sum = 0
    for (let i = 0; i < rows; i++) {
      const at = d[k >> 3] + i * n
      sum += d[(b + at) >> 3] * d[(a + at) >> 3]
    }
    d[out >> 3] = rows > 0 ? sum / rows : 0
  },
  /**
   * w_k = e^(−c(L_k − L)) / Σ, where L is the least of the n losses L_k at a; c = 1 if a loss is −log p. Where flagged,
   * the labels are taken as normal, with the variance that the best expert has had: c = N/(2L).
   */
  weighExperts: (v, d, out, a, _b, _c, n, _m, _k, flags) => {
    const weights = weightsOf(d, a >> 3, n, flags === RELATIVE)
    for (let k = 0; k < n; k++) v[(out >> shift) + k] = round(weights[k])
  },
  /**
   * L_k ← αL_k + w(ω·min(l_k − l, 8) + min(l, 8)) and N ← αN + w, for the n losses l_k of a row (at a) of the weight w (at
   * b); l is the least of them. The cut keeps a single row from deciding. Where flagged, a row on which even the best
   * expert is worse than usual tells less: ω = (ν + 1)/(ν + lN/L), the weight that a row has for errors of Student's
   * distribution with ν = 4 degrees of freedom, at most 1; L is the least L_k.
   */
  scoreExperts: (_v, d, out, a, b, _c, n, _m, _k, flags) => {
    const scores = out >> 3
    const losses = d.subarray(a >> 3, (a >> 3) + n)
    const weight = d[b >> 3]
    const least = leastOf(losses)
    const common = Math.min(least, SCORES_CUT)
    const rows = d[scores + SCORES.rows]
    const before = d.subarray(scores + SCORES_SIZE, scores + SCORES_SIZE + n)
    const told = flags === RELATIVE ? informative(common, rows, leastOf(before)) : 1
    d[scores + SCORES.rows] = SCORES_KEPT * rows + weight
    for (let k = 0; k < n; k++) {
      const at = scores + SCORES_SIZE + k
      d[at] = SCORES_KEPT * d[at] + weight * told * (Math.min(losses[k] - least, SCORES_CUT) + common)
    }
  },
})

/** ω: as 1 while there is no usual loss, or the row's is not above it. */
const informative = (loss: number, rows: number, best: number): number =>
  loss * rows > best && best > 0 ? (SCORES_FREEDOM + 1) / (SCORES_FREEDOM + (loss * rows) / best) : 1

/** Brings these kernels to the interpreter, so that only bundles with experts hold them. */
export const bringExpertKernels = (): void => bringKernels(expertKernels)
