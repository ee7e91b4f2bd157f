import { optionsOf } from '../options/optionsOf.js'
import { createRandom } from '../random.js'
import { checkNoise, columns, endless } from './endless.js'

export interface LedConfig {
  readonly seed?: number
  /** The probability with which each segment is inverted. Default: 0.1, as in the book. */
  readonly noise?: number
  /** The number of columns beyond the seven segments, which say nothing. Default: 17. */
  readonly irrelevant?: number
  /** The number of segments, from the first, that have changed places with columns that say nothing. Default: 0. */
  readonly swapped?: number
}

export type LedRow = { readonly [name in `x${number}`]: 0 | 1 } & {
  /** The digit, from 0 to 9. */
  readonly label: number
}

/** For each digit its segments: top, upper left, upper right, middle, lower left, lower right, bottom. */
const DIGITS = [
  ...['1110111', '0010010', '1011101', '1011011', '0111010'],
  ...['1101011', '1101111', '1010010', '1111111', '1111011'],
]
const SEGMENTS = 7

/**
 * The digits of a seven-segment display with faulty lights: x1 to x7 are the segments of a random digit, each inverted
 * with probability `noise`, and the other columns are 0 or 1 by chance. With a noise of 0.1 the best possible error is
 * 26 %.
 *
 * @throws RangeError for options out of their range
 * @example generators.recurrent([generators.led(), generators.led({ swapped: 4 })], { every: 2000 })
 * @see L. Breiman, J. Friedman, R. Olshen, C. Stone (1984), Classification and Regression Trees, §2.6.1
 */
export const led = (config?: LedConfig): Iterable<LedRow> => {
  const { seed, noise, irrelevant, swapped } = optionsOf('led', config, {
    seed: 0,
    noise: 0.1,
    irrelevant: 17,
    swapped: 0,
  })
  checkNoise('led', noise)
  if (!Number.isInteger(irrelevant) || irrelevant < 0)
    throw new RangeError(`led: irrelevant is ${irrelevant}; expected a whole number of at least 0.`)
  const most = Math.min(SEGMENTS, irrelevant)
  if (!Number.isInteger(swapped) || swapped < 0 || swapped > most)
    throw new RangeError(`led: swapped is ${swapped}; expected a whole number from 0 to ${most}.`)
  const { uniform } = createRandom(seed, `led ${swapped}`)
  const width = SEGMENTS + irrelevant
  return endless(() => (i) => {
    const at = (width + 1) * i
    const label = Math.floor(10 * uniform(at + width))
    const x = Array.from({ length: width }, (_, j) => {
      const u = uniform(at + j)
      return j < SEGMENTS ? Number((DIGITS[label][j] === '1') !== u < noise) : Number(u < 0.5)
    })
    for (let j = 0; j < swapped; j++) [x[j], x[SEGMENTS + j]] = [x[SEGMENTS + j], x[j]]
    return { ...columns(x), label } as unknown as LedRow
  })
}
