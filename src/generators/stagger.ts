import { optionsOf } from '../options/optionsOf.js'
import { createRandom } from '../random.js'
import { checkNoise, checkVariant, endless } from './endless.js'

export interface StaggerConfig {
  readonly seed?: number
  /** The share of labels that are exchanged. Default: 0. */
  readonly noise?: number
  /** Which of the three concepts is in force. Default: 1. */
  readonly variant?: number
}

const SIZES = ['small', 'medium', 'large'] as const
const COLORS = ['red', 'green', 'blue'] as const
const SHAPES = ['square', 'circular', 'triangular'] as const

export interface StaggerRow {
  readonly size: (typeof SIZES)[number]
  readonly color: (typeof COLORS)[number]
  readonly shape: (typeof SHAPES)[number]
  readonly label: 0 | 1
}

type Thing = Omit<StaggerRow, 'label'>
const CONCEPTS: readonly ((thing: Thing) => boolean)[] = [
  ({ size, color }) => size === 'small' && color === 'red',
  ({ color, shape }) => color === 'green' || shape === 'circular',
  ({ size }) => size === 'medium' || size === 'large',
]

/**
 * The STAGGER concepts: size, color and shape have three values each, all as frequent, and the label is 1 for what is
 * (1) small and red, (2) green or circular, (3) medium or large, otherwise 0.
 *
 * @throws RangeError for a variant other than 1 to 3, or a noise that is no share
 * @example generators.abrupt(generators.stagger({ variant: 1 }), generators.stagger({ variant: 2 }), { at: 1000 })
 * @see J. C. Schlimmer, R. H. Granger (1986), Incremental Learning from Noisy Data, Machine Learning 1(3)
 */
export const stagger = (config?: StaggerConfig): Iterable<StaggerRow> => {
  const { seed, noise, variant } = optionsOf('stagger', config, { seed: 0, noise: 0, variant: 1 })
  checkNoise('stagger', noise)
  checkVariant('stagger', variant, CONCEPTS.length)
  const concept = CONCEPTS[variant - 1]
  const { uniform } = createRandom(seed, `stagger ${variant}`)
  const oneOf = <T>(values: readonly T[], i: number): T => values[Math.floor(values.length * uniform(i))]
  return endless(() => (i) => {
    const thing: Thing = { size: oneOf(SIZES, 4 * i), color: oneOf(COLORS, 4 * i + 1), shape: oneOf(SHAPES, 4 * i + 2) }
    const exchanged = uniform(4 * i + 3) < noise
    return { ...thing, label: concept(thing) !== exchanged ? 1 : 0 }
  })
}
