import { optionsOf } from '../options/optionsOf.js'
import { createRandom } from '../random.js'
import { checkNoise, checkVariant, endless } from './endless.js'

export interface SeaConfig {
  readonly seed?: number
  /** The share of labels that are exchanged. Default: 0.1, as in the paper. */
  readonly noise?: number
  /** Which of the four thresholds 8, 9, 7 and 9.5 is in force. Default: 1. */
  readonly variant?: number
}

export interface SeaRow {
  readonly x1: number
  readonly x2: number
  readonly x3: number
  readonly label: 0 | 1
}

const THRESHOLDS = [8, 9, 7, 9.5]

/**
 * The SEA concepts: x1, x2 and x3 are uniform in [0, 10), and the label is 1 if x1 + x2 ≤ θ, otherwise 0; x3 says
 * nothing. The best possible error is the share of noise.
 *
 * @throws RangeError for a variant other than 1 to 4, or a noise that is no share
 * @example
 * const drifting = generators.abrupt(generators.sea({ variant: 1 }), generators.sea({ variant: 3 }), { at: 5000 })
 * const seas = createModel({
 *   features: { x1: numeric(), x2: numeric(), x3: numeric() },
 *   target: { label: category({ values: [0, 1] }) },
 *   layers: [dense(1)],
 * })
 * fromRows(drifting).pipe(take(100), learn(seas), evaluate(seas)).subscribe()
 * @see W. N. Street, Y. Kim (2001), A Streaming Ensemble Algorithm (SEA) for Large-Scale Classification, KDD
 */
export const sea = (config?: SeaConfig): Iterable<SeaRow> => {
  const { seed, noise, variant } = optionsOf('sea', config, { seed: 0, noise: 0.1, variant: 1 })
  checkNoise('sea', noise)
  checkVariant('sea', variant, THRESHOLDS.length)
  const threshold = THRESHOLDS[variant - 1]
  const { uniform } = createRandom(seed, `sea ${variant}`)
  return endless(() => (i) => {
    const [x1, x2, x3] = [10 * uniform(4 * i), 10 * uniform(4 * i + 1), 10 * uniform(4 * i + 2)]
    const exchanged = uniform(4 * i + 3) < noise
    return { x1, x2, x3, label: x1 + x2 <= threshold !== exchanged ? 1 : 0 }
  })
}
