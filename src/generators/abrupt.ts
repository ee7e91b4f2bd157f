import { optionsOf } from '../options/optionsOf.js'
import { checkRow, checkStream } from './checkRow.js'

export interface AbruptConfig {
  /** The number of rows before the change. */
  readonly at: number
}

/**
 * A stream that changes at once: the first `at` rows of one stream, and then the other from its beginning.
 *
 * @throws RangeError if `at` is not a whole number of at least 0
 * @example
 * const { sea, abrupt } = generators
 * abrupt(abrupt(sea({ variant: 1 }), sea({ variant: 2 }), { at: 1000 }), sea({ variant: 3 }), { at: 2000 })
 */
export const abrupt = <A, B = A>(first: Iterable<A>, second: Iterable<B>, config: AbruptConfig): Iterable<A | B> => {
  const { at } = optionsOf('abrupt', config, { at: Number.NaN })
  checkRow('abrupt: at is', at)
  for (const stream of [first, second]) checkStream('abrupt', stream)
  return {
    *[Symbol.iterator]() {
      let i = 0
      if (at > 0)
        for (const row of first) {
          yield row
          i += 1
          if (i >= at) break
        }
      yield* second
    },
  }
}
