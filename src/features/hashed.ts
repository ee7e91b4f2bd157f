import { bringSparse } from '../autodiff/sparse.js'
import { adagrad } from '../optimizers/adagrad.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import type { Floats } from '../values.js'
import type { Field, FieldSite, SparseShape, TargetSite } from './field.js'
import { copySparseRow, writeSparseRow } from './hashedRow.js'
import type { FieldKind } from './kind.js'
import { oneOf } from './oneOf.js'
import { isMissing, MISSING } from './refusal.js'

/** What a row holds for a hashed field: names that count 1, names with numbers, or indices with theirs. */
export type BagOfNames =
  | readonly (string | number)[]
  | Readonly<Record<string, number | boolean | null | undefined>>
  | { readonly indices: ArrayLike<number>; readonly values: ArrayLike<number> }

/** A bag of names with numbers, few of very many: each name's weight stands at a hash of the name. */
export interface HashedField extends Field<BagOfNames> {
  readonly kind: 'hashed'
  /** Weights that there are for all names together. */
  readonly capacity: number
  /** The most names that one row has. */
  readonly active: number
  /** What a row without this field means: `empty` has no names, `reject` rejects the row. */
  readonly missing: 'empty' | 'reject'
}

export interface HashedConfig {
  readonly capacity?: number
  readonly active?: number
  readonly missing?: HashedField['missing']
}

/** A larger whole number may not be one in f32. */
const MOST = 16777216

type Sparse = Required<Pick<Field, 'sparse'>>

const NOTHING: readonly string[] = []

const methods = {
  /** The count, then an index and a value each. */
  width(this: HashedField): number {
    return 1 + 2 * this.active
  },
  fanIn(this: HashedField): number {
    return this.active
  },
  sparse(this: HashedField): SparseShape {
    return { active: this.active, rows: this.capacity }
  },
  // auto() would look at every weight at every row
  optimizer: (): Optimizer => adagrad(),
  encode(this: HashedField & Sparse, value: unknown, into: Floats, at: number): string | undefined {
    if (isMissing(value) && this.missing === 'reject') return MISSING
    return writeSparseRow(this.sparse(), isMissing(value) ? NOTHING : value, into, at)
  },
  copy(this: HashedField & Sparse, from: Floats, start: number, into: Floats, at: number): string | undefined {
    if (!Number.isNaN(from[start] as number)) return copySparseRow(this.sparse(), from, start, into, at)
    into.fill(0, at, at + 1 + 2 * this.active)
    return this.missing === 'reject' ? MISSING : undefined
  },
  emit(this: HashedField, { emit, raw: a, columns: out }: FieldSite): void {
    emit('cast', { out, a, n: 1 + 2 * this.active })
  },
  asTarget({ name }: TargetSite): Field {
    throw new RangeError(
      `createModel: target '${name}' is hashed, which is for features; expected a number or a category.`,
    )
  },
}

/**
 * Many names of which a row has few: words of a text, crosses of categories, what would be a million columns.
 *
 * A name s with the number v adds v to x_i, i = hash(s) mod capacity; y = b + Σ x_i·w_i over the row's own i alone, and
 * only these weights learn. Two names of one index share a weight. A row brings a record of names to numbers, an array
 * of names (each counts 1), or `{ indices, values }` where it has hashed already; more than `active` indices reject it.
 * In numbers (a chunk, `Example.x`) it is 1 + 2·active places: how many, then index and value of each, then zeros. It
 * counts as `active` inputs in fan_in.
 *
 * A step goes over the weights alone that its window's names touch, through any layers, where the rule leaves alone what
 * has no gradient: `adagrad()`, the default then, `auto()` and `sgd()`. Other rules, and batches cut in shards, go over all
 * weights. Fastest is one hashed feature through one `dense(1)` in f32, learned row by row, its loss squared, huber or
 * cross-entropy. Indices in ascending order are checked fastest.
 *
 * Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature hashing for large scale multitask learning" (2009), without
 * its second hash for the sign.
 *
 * @example
 * hashed()                                  // 2²⁰ weights, up to 64 names a row
 * // { words: ['the', 'quick', 'fox'] }, { words: { 'site=a': 1, price: 3.2 } }
 */
export const hashed = ({ capacity = 1048576, active = 64, missing = 'empty' }: HashedConfig = {}): HashedField => {
  if (!(Number.isInteger(capacity) && capacity >= 1 && capacity <= MOST))
    throw new RangeError(`hashed: capacity is ${capacity}; expected a whole number from 1 to 2²⁴.`)
  if (!(Number.isInteger(active) && active >= 1 && active <= capacity))
    throw new RangeError(`hashed: active is ${active}; expected a whole number from 1 to the capacity, ${capacity}.`)
  oneOf('hashed', 'missing', missing, ['empty', 'reject'])
  bringSparse()
  return { kind: 'hashed', capacity, active, missing, ...methods }
}

/** `hashed` as a row of the table of kinds. */
export const hashedKind: FieldKind<HashedField> = {
  kind: 'hashed',
  read: ({ whole, oneOf }) =>
    hashed({ capacity: whole('capacity'), active: whole('active'), missing: oneOf('missing', ['empty', 'reject']) }),
  // its columns are no part of the first layer's vector
  labels: () => [],
}
