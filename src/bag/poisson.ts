import { exp64 } from '../program/elementary/index.js'

/**
 * Returns the number k of a Poisson distribution at a uniform number u in [0, 1), by inversion: the least k with
 *
 *     u < Σ_{j≤k} e^(−λ) λ^j / j!
 *
 * so that k comes up with the probability e^(−λ) λ^k / k!.
 *
 * @param lambda λ, the mean, above 0 and at most 100
 * @see L. Devroye (1986), Non-Uniform Random Variate Generation, chapter X.3
 */
export const poisson = (u: number, lambda: number): number => {
  let probability = exp64(-lambda)
  let below = probability
  let k = 0
  // The sum of the rounded probabilities may end below a u that is close to 1.
  while (u >= below && probability > 0) {
    k += 1
    probability *= lambda / k
    below += probability
  }
  return k
}
