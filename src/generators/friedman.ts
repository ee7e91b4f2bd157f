import { optionsOf } from '../options/optionsOf.js'
import { sin64 } from '../program/elementary/index.js'
import { createRandom } from '../random.js'
import { columns, endless } from './endless.js'

export interface FriedmanConfig {
  readonly seed?: number
  /** The standard deviation of the Gaussian noise. Default: 1, as in the paper. */
  readonly noise?: number
  /** The number of places by which the roles of x1 to x5 are moved on; 0 is the paper's function. Default: 0. */
  readonly variant?: number
}

export type FriedmanRow = { readonly [name in `x${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`]: number } & {
  readonly y: number
}

const WIDTH = 10
const RELEVANT = 5
const TWO_PI = 6.283185307179586

/**
 * Friedman's function: x1 to x10 are uniform in [0, 1), and y = 10 sin(π x1 x2) + 20 (x3 − ½)² + 10 x4 + 5 x5 + ε, with
 * ε of N(0, noise²); x6 to x10 say nothing. The best possible root mean squared error is the noise.
 *
 * @throws RangeError for a variant other than 0 to 4, or a negative noise
 * @example
 * const drifting = generators.gradual(generators.friedman(), generators.friedman({ variant: 2 }), { at: 5000, width: 1000 })
 * for (const { x1, y } of drifting) {
 *   console.log(x1, y)
 *   break
 * }
 * @see J. H. Friedman (1991), Multivariate Adaptive Regression Splines, Annals of Statistics 19(1), §4.3
 */
export const friedman = (config?: FriedmanConfig): Iterable<FriedmanRow> => {
  const { seed, noise, variant } = optionsOf('friedman', config, { seed: 0, noise: 1, variant: 0 })
  if (!(noise >= 0 && noise < Infinity))
    throw new RangeError(`friedman: noise is ${noise}; expected a standard deviation of at least 0.`)
  if (!Number.isInteger(variant) || variant < 0 || variant >= RELEVANT)
    throw new RangeError(`friedman: variant is ${variant}; expected a whole number from 0 to ${RELEVANT - 1}.`)
  const { uniform } = createRandom(seed, `friedman ${variant}`)
  const { normal } = createRandom(seed, `friedman noise ${variant}`)
  return endless(() => (i) => {
    const x = Array.from({ length: WIDTH }, (_, j) => uniform(WIDTH * i + j))
    const [a, b, c, d, e] = Array.from({ length: RELEVANT }, (_, j) => x[(j + variant) % RELEVANT])
    const half = c - 0.5
    const y = 10 * sin64((TWO_PI / 2) * a * b) + 20 * half * half + 10 * d + 5 * e + noise * normal(i)
    return { ...columns(x), y } as FriedmanRow
  })
}
