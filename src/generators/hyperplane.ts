import { checkShare } from '../options/checkShare.js'
import { optionsOf } from '../options/optionsOf.js'
import { createRandom } from '../random.js'
import { checkFeatures, checkNoise, columns, endless } from './endless.js'

export interface HyperplaneConfig {
  readonly seed?: number
  /** The number d of columns x1 to xd. Default: 10. */
  readonly features?: number
  /** The share of labels that are exchanged. Default: 0.05. */
  readonly noise?: number
  /** The number of weights that change, those of the first columns. Default: 2. */
  readonly drifting?: number
  /** By how much each of them changes from row to row. Default: 0, for a hyperplane that stands still. */
  readonly magnitude?: number
  /** The probability with which a weight's direction turns around at a row. Default: 0.1. */
  readonly turn?: number
}

export type HyperplaneRow = { readonly [name in `x${number}`]: number } & { readonly label: 0 | 1 }

/**
 * The rotating hyperplane: x1 to xd are uniform in [0, 1), and the label is 1 if Σ wⱼxⱼ ≥ w₀, otherwise 0, with
 * w₀ = ½ Σ wⱼ, so that both classes are as frequent. The weights begin uniform in [0, 1); those that drift change by
 * ±`magnitude` with every row.
 *
 * @throws RangeError for options out of their range
 * @example generators.hyperplane({ features: 10, drifting: 5, magnitude: 0.001 })
 * @see G. Hulten, L. Spencer, P. Domingos (2001), Mining Time-Changing Data Streams, KDD, §4.1, with random weights and
 * per-row changes as in A. Bifet et al. (2010), MOA: Massive Online Analysis, JMLR 11
 */
export const hyperplane = (config?: HyperplaneConfig): Iterable<HyperplaneRow> => {
  const { seed, features, noise, drifting, magnitude, turn } = optionsOf('hyperplane', config, {
    seed: 0,
    features: 10,
    noise: 0.05,
    drifting: 2,
    magnitude: 0,
    turn: 0.1,
  })
  checkFeatures('hyperplane', features)
  checkNoise('hyperplane', noise)
  checkShare('hyperplane: turn is', turn)
  if (!Number.isInteger(drifting) || drifting < 0 || drifting > features)
    throw new RangeError(`hyperplane: drifting is ${drifting}; expected a whole number from 0 to ${features}.`)
  if (!(magnitude >= 0 && magnitude < Infinity))
    throw new RangeError(`hyperplane: magnitude is ${magnitude}; expected a number of at least 0.`)
  const { uniform } = createRandom(seed, 'hyperplane')
  const start = createRandom(seed, 'hyperplane weights')
  const turns = createRandom(seed, 'hyperplane turns')
  return endless(() => {
    const weights = Array.from({ length: features }, (_, j) => start.uniform(j))
    const directions = weights.map(() => 1)
    return (i) => {
      const x = weights.map((_, j) => uniform((features + 1) * i + j))
      // Σ wⱼ(xⱼ − ½), which is Σ wⱼxⱼ − w₀
      const side = weights.reduce((sum, w, j) => sum + w * (x[j] - 0.5), 0)
      const exchanged = uniform((features + 1) * i + features) < noise
      if (magnitude > 0)
        for (let j = 0; j < drifting; j++) {
          weights[j] += directions[j] * magnitude
          if (turns.uniform(drifting * i + j) < turn) directions[j] = -directions[j]
        }
      return { ...columns(x), label: side >= 0 !== exchanged ? 1 : 0 } as HyperplaneRow
    }
  })
}
