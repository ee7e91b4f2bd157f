import { bringSparse } from '../autodiff/sparse.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import { log64 } from '../program/elementary/index.js'
import type { Floats, Value } from '../values.js'
import type { Field } from './field.js'
import { writeSums } from './hashedRow.js'
import type { FieldKind } from './kind.js'
import { murmur3OfText } from './murmur3.js'
import { isMissing, isName, MISSING } from './refusal.js'
import { checkedShape, type SparseSettings, sparseRow } from './sparseField.js'
import { withSums } from './sums.js'
import { eachCharacters, eachWords } from './terms.js'

/** A text, which is read as its words, or as the characters within them. */
export interface TextField<M extends 'empty' | 'reject' = 'empty' | 'reject'> extends Field<Value>, SparseSettings<M> {
  readonly kind: 'text'
  /** What a term consists of. */
  readonly of: 'words' | 'characters'
  /** The largest number of words in a row that are one term, or the number of characters in a row. */
  readonly ngrams: number
  /** The number of a term that occurs n times: `log` is log(1 + n), `count` is n, and `binary` is 1. */
  readonly weighting: 'log' | 'count' | 'binary'
  /** Whether a row's numbers are divided by the root of the sum of their squares. */
  readonly norm: 'l2' | 'none'
  readonly missing: M
}

export type TextConfig<M extends TextField['missing'] = TextField['missing']> = Partial<
  Pick<TextField<M>, 'capacity' | 'active' | 'of' | 'ngrams' | 'weighting' | 'norm' | 'missing'>
>

const WEIGHTINGS: readonly TextField['weighting'][] = ['log', 'count', 'binary']
const OF: readonly TextField['of'][] = ['words', 'characters']
const NORMS: readonly TextField['norm'][] = ['l2', 'none']
/** Longer n-grams hardly ever come twice. */
const MOST_NGRAMS = 8
const termsOf = { words: eachWords, characters: eachCharacters } as const
/** The hash of a term: the signed 32 bits of MurmurHash3. */
const hashOf = (term: string): number => murmur3OfText(term) | 0

/** The numbers of terms by how often they occur. */
const numberOf: Readonly<Record<TextField['weighting'], (n: number) => number>> = {
  log: (n) => log64(1 + n),
  count: (n) => n,
  binary: () => 1,
}

/** Writes the terms of a text as a sparse row. */
const writeText = (
  { capacity, active, of, ngrams, weighting, norm }: TextField,
  text: string,
  into: Floats,
  at: number,
): void =>
  withSums((counts) => {
    termsOf[of](text, ngrams, (term) => counts.add(hashOf(term), 1))
    withSums((sums) => {
      for (let i = 0; i < counts.count; i++) {
        const hash = counts.indices[i]
        const number = numberOf[weighting](counts.values[i])
        sums.add(Math.abs(hash) % capacity, hash < 0 ? -number : number)
      }
      writeSums(sums, active, into, at)
    })
    if (norm === 'none') return
    const end = at + 1 + 2 * Math.min(into[at], active)
    let squares = 0
    for (let i = at + 2; i < end; i += 2) squares += into[i] * into[i]
    const length = Math.sqrt(squares)
    for (let i = at + 2; i < end && length > 0; i += 2) into[i] /= length
  })

const methods = {
  ...sparseRow,
  terms(this: TextField, value: unknown): readonly (readonly [string, number])[] {
    const { of, ngrams, capacity } = this
    if (isMissing(value)) return []
    const terms: [string, number][] = []
    termsOf[of](`${value}`, ngrams, (term) => terms.push([term, Math.abs(hashOf(term)) % capacity]))
    return terms
  },
  /** A row of length 1 is like one input. */
  fanIn(this: TextField): number {
    return this.norm === 'l2' ? 1 : sparseRow.fanIn.call(this)
  },
  encode(this: TextField, value: unknown, into: Floats, at: number): string | undefined {
    if (isMissing(value)) {
      if (this.missing === 'reject') return MISSING
      into.fill(0, at, at + 1 + 2 * this.active)
      return undefined
    }
    if (typeof value !== 'string' && !isName(value)) return `is ${shown(value)}; expected text`
    writeText(this, `${value}`, into, at)
    return undefined
  },
}

/**
 * Creates a field of free text: its words in lower case, and up to `ngrams` of them in a row, are terms, and a term s
 * that occurs n times adds ξ(s)·log(1 + n) to x_i, where i and the sign ξ come from the 32 bits of MurmurHash3(s). Two
 * terms with the same index then cancel as often as they add up, and x·x′ stays what it is on average. The row is
 * divided by ‖x‖₂ (`norm: 'none'` leaves it), so that a long text weighs no more than a short one.
 *
 * A word consists of letters, marks, digits and _ of any script; each character of Chinese and of the Japanese scripts
 * is a word, for which `ngrams: 2` is right. With `of: 'characters'`, the terms are the `ngrams` characters in a row (4
 * unless given) within each word, which has a space at either end: misspelt and inflected words then share terms, and
 * so do those of languages that set no spaces.
 *
 * As a sparse row it is a `hashed` field in all else: it has `capacity` weights (2¹⁴ unless given) for each unit of the
 * layer that reads it, and room for any number of terms, of which the `active` largest are read (256 unless given). It
 * counts as one input in fan_in, or with `norm: 'none'` as `hashed` does. A number, true or false is read as its text.
 *
 * Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature hashing for large scale multitask learning" (2009). The
 * index is |h| mod capacity and the sign that of h, as in scikit-learn's HashingVectorizer, whose terms of characters
 * are those of `char_wb`.
 *
 * @example
 * text()                                     // words
 * text({ ngrams: 2, weighting: 'binary' })    // words and pairs of words, each once
 * text({ of: 'characters', ngrams: 3 })      // three characters in a row
 */
export const text = <M extends TextField['missing'] = 'empty'>(config?: TextConfig<M>): TextField<M> => {
  const sizes = { capacity: 16384, active: undefined, ngrams: undefined }
  const defaults = { ...sizes, of: 'words', weighting: 'log', norm: 'l2', missing: 'empty' as M } as const
  const { capacity, active: most, of, ngrams: given, weighting, norm, missing } = optionsOf('text', config, defaults)
  const active = checkedShape('text', capacity, most)
  oneOf('text', 'of', of, OF)
  oneOf('text', 'weighting', weighting, WEIGHTINGS)
  oneOf('text', 'norm', norm, NORMS)
  oneOf('text', 'missing', missing, ['empty', 'reject'])
  const ngrams = given ?? (of === 'words' ? 1 : 4)
  if (!(Number.isInteger(ngrams) && ngrams >= 1 && ngrams <= MOST_NGRAMS))
    throw new RangeError(`text: ngrams is ${shown(ngrams)}; expected a whole number from 1 to ${MOST_NGRAMS}.`)
  bringSparse()
  return { kind: 'text', capacity, active, of, ngrams, weighting, norm, missing, ...methods }
}

/** The entry of `text` in the table of kinds. */
export const textKind: FieldKind<TextField> = {
  kind: 'text',
  text: {
    example: 'text(2)',
    parameters: ['ngrams', 'capacity', 'of', 'weighting', 'norm', 'active'],
    cell: 'text',
  },
  read: ({ whole, oneOf }) =>
    text({
      capacity: whole('capacity'),
      active: whole('active'),
      of: oneOf('of', OF),
      ngrams: whole('ngrams'),
      weighting: oneOf('weighting', WEIGHTINGS),
      norm: oneOf('norm', NORMS),
      missing: oneOf('missing', ['empty', 'reject']),
    }),
  // Its columns are not part of the first layer's input vector, so they have no labels.
  labels: () => [],
}
