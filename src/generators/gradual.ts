import { optionsOf } from '../options/optionsOf.js'
import { sigmoid64 } from '../program/elementary/index.js'
import { createRandom } from '../random.js'
import { checkRow, checkStream } from './checkRow.js'
import { interleaved } from './interleaved.js'

export interface GradualConfig {
  /** The row at which both streams are as likely. */
  readonly at: number
  /** The number of rows of the change: over them the probability goes from 12 % to 88 %. */
  readonly width: number
  readonly seed?: number
}

/**
 * A stream that changes gradually: row i comes from the second stream with probability σ(4(i − at)/width), otherwise
 * from the first. Each stream goes on where it was; the whole ends with the one whose turn it is.
 *
 * @throws RangeError if `at` or `width` is not a whole number of rows
 * @example generators.gradual(generators.stagger(), generators.stagger({ variant: 2 }), { at: 5000, width: 1000 })
 * @see A. Bifet, G. Holmes, B. Pfahringer, R. Kirkby, R. Gavaldà (2009), New Ensemble Methods for Evolving Data
 * Streams, KDD, §4.1
 */
export const gradual = <A, B = A>(first: Iterable<A>, second: Iterable<B>, config: GradualConfig): Iterable<A | B> => {
  const { at, width, seed } = optionsOf('gradual', config, { at: Number.NaN, width: Number.NaN, seed: 0 })
  checkRow('gradual: at is', at)
  for (const stream of [first, second]) checkStream('gradual', stream)
  checkRow('gradual: width is', width, 1)
  const { uniform } = createRandom(seed, 'gradual')
  return interleaved<A | B>([first, second], (i) => (uniform(i) < sigmoid64((4 * (i - at)) / width) ? 1 : 0))
}
