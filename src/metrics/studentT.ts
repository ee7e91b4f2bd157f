import { log64 } from '../program/elementary/index.js'

/**
 * The quantile of the standard normal distribution for a probability from ½ to 1, within 4.5 × 10⁻⁴.
 *
 * @see C. Hastings (1955), Approximations for Digital Computers, sheet 68; Abramowitz and Stegun (1964), 26.2.23
 */
function normalQuantile(p: number): number {
  const t = Math.sqrt(-2 * log64(1 - p))
  const above = 2.515517 + t * (0.802853 + t * 0.010328)
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  return t - above / below
}

/**
 * The quantile of Student's t with ν degrees of freedom for a probability from ½ to 1, by the first terms of its
 * expansion in 1/ν about the normal quantile: within 1 % for ν ≥ 5 and p ≤ .995.
 *
 * @see E. A. Cornish, R. A. Fisher (1938), Revue de l'Institut International de Statistique 5(4); Abramowitz and Stegun
 * (1964), 26.7.5
 */
export function studentQuantile(p: number, freedom: number): number {
  const z = normalQuantile(p)
  const s = z * z
  const first = (z * (s + 1)) / 4
  const second = (z * ((5 * s + 16) * s + 3)) / 96
  const third = (z * (((3 * s + 19) * s + 17) * s - 15)) / 384
  return z + (first + (second + third / freedom) / freedom) / freedom
}
