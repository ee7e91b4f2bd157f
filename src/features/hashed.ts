import { bringSparse } from '../autodiff/sparse.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { hashText } from '../random.js'
import type { Floats } from '../values.js'
import type { Field } from './field.js'
import { namesIn, writeSparseRow } from './hashedRow.js'
import type { FieldKind } from './kind.js'
import { isMissing, MISSING } from './refusal.js'
import { checkedShape, type SparseSettings, sparseRow } from './sparseField.js'

/** The values of a hashed field: names that count 1 each, names with numbers, or indices with numbers. */
export type BagOfNames =
  | readonly (string | number)[]
  | Readonly<Record<string, number | boolean | null | undefined>>
  | { readonly indices: ArrayLike<number>; readonly values: ArrayLike<number> }

/** A few names out of very many, each with a number; the weight of a name stands at a hash of the name. */
export interface HashedField<M extends 'empty' | 'reject' = 'empty' | 'reject'>
  extends Field<BagOfNames>,
    SparseSettings<M> {
  readonly kind: 'hashed'
  readonly missing: M
}

export type HashedConfig<M extends HashedField['missing'] = HashedField['missing']> = Partial<
  Pick<HashedField<M>, 'capacity' | 'active' | 'missing'>
>

const NOTHING: readonly string[] = []

const methods = {
  ...sparseRow,
  terms(this: HashedField, value: unknown): readonly (readonly [string, number])[] {
    return namesIn(value).map((name) => [name, hashText(name) % this.capacity])
  },
  encode(this: HashedField, value: unknown, into: Floats, at: number): string | undefined {
    const { active, capacity: rows, missing } = this
    if (isMissing(value) && missing === 'reject') return MISSING
    return writeSparseRow({ active, rows }, isMissing(value) ? NOTHING : value, into, at)
  },
}

/**
 * Creates a field for many names of which each row has few, such as words of a text or crosses of categories.
 *
 * A name s with the number v adds v to x_i, where i = hash(s) mod capacity; y = b + Σ x_i·w_i over the row's own i
 * alone, and only these weights learn. Two names with the same index share a weight. A row holds a record of names to
 * numbers, an array of names (each counts 1), or `{ indices, values }` if it is already hashed. Of a row with more than
 * `active` indices, those with the largest |x_i| are read, and of equal ones the first; `counters.shortened` and an
 * event `capacity` tell of it. As numbers (in a chunk or in `Example.x`) a row takes 1 + 2·active places: the count of
 * all its indices, then the index and value of each that is read, then zeros. It counts as `active` inputs in fan_in,
 * and at most as 64.
 *
 * Through any layers, a step visits only the weights that its window's names touch, if the optimizer leaves weights
 * without a gradient unchanged: `auto()`, which is the default, `adagrad()`, `sgd()`, `ftrl()`, `cocob()`, `vw()` and
 * `passiveAggressive()`, also with `l1()`. Other optimizers, and windows cut into shards, visit all weights. The fastest
 * case is one hashed feature through one `dense(1)` in f32, learned row by row by `adagrad()` or `sgd()`, with the loss
 * squared, huber or cross-entropy. Indices in ascending order are checked fastest.
 *
 * Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature hashing for large scale multitask learning" (2009),
 * without its second hash for the sign.
 *
 * @example
 * hashed()                                  // 2²⁰ weights, up to 256 names a row
 * // { words: ['the', 'quick', 'fox'] }, { words: { 'site=a': 1, price: 3.2 } }
 */
export const hashed = <M extends HashedField['missing'] = 'empty'>(config?: HashedConfig<M>): HashedField<M> => {
  const defaults = { capacity: 1048576, active: undefined, missing: 'empty' as M }
  const { capacity, active: given, missing } = optionsOf('hashed', config, defaults)
  const active = checkedShape('hashed', capacity, given)
  oneOf('hashed', 'missing', missing, ['empty', 'reject'])
  bringSparse()
  return { kind: 'hashed', capacity, active, missing, ...methods }
}

/** The entry of `hashed` in the table of kinds. */
export const hashedKind: FieldKind<HashedField> = {
  kind: 'hashed',
  read: ({ whole, oneOf }) =>
    hashed({ capacity: whole('capacity'), active: whole('active'), missing: oneOf('missing', ['empty', 'reject']) }),
  // Its columns are not part of the first layer's input vector, so they have no labels.
  labels: () => [],
}
