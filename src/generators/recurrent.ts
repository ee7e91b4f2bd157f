import { optionsOf } from '../options/optionsOf.js'
import { checkRow, checkStream } from './checkRow.js'
import { interleaved } from './interleaved.js'

export interface RecurrentConfig {
  /** The number of rows from one change to the next. */
  readonly every: number
}

/**
 * A stream whose concepts come back: `every` rows of each stream in its turn, and again from the first. Each stream
 * goes on where it was; the whole ends with the one whose turn it is.
 *
 * @throws RangeError if there is no stream, or `every` is not a whole number of rows
 * @example generators.recurrent([generators.sea(), generators.sea({ variant: 3 })], { every: 2000 })
 * @see G. Widmer, M. Kubat (1996), Learning in the Presence of Concept Drift and Hidden Contexts, Machine Learning 23
 */
export const recurrent = <R>(streams: readonly Iterable<R>[], config: RecurrentConfig): Iterable<R> => {
  const { every } = optionsOf('recurrent', config, { every: Number.NaN })
  checkRow('recurrent: every is', every, 1)
  if (!Array.isArray(streams) || streams.length === 0)
    throw new RangeError(
      'recurrent: there is no stream; expected a list of them, such as [sea(), sea({ variant: 3 })].',
    )
  for (const stream of streams) checkStream('recurrent', stream)
  return interleaved(streams, (i) => Math.floor(i / every) % streams.length)
}
