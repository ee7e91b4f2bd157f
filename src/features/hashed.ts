import { bringSparse } from '../autodiff/sparse.js'
import { adagrad } from '../optimizers/adagrad.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import type { Floats } from '../values.js'
import type { Field, SparseShape } from './field.js'
import { copySparseRow, writeSparseRow } from './hashedRow.js'
import type { FieldKind } from './kind.js'
import { isMissing, MISSING } from './refusal.js'
import type { Room } from './room.js'
import type { TargetSite } from './site.js'
import { createRowRoom, emitSparseRow } from './sparseField.js'

/** The values of a hashed field: names that count 1 each, names with numbers, or indices with numbers. */
export type BagOfNames =
  | readonly (string | number)[]
  | Readonly<Record<string, number | boolean | null | undefined>>
  | { readonly indices: ArrayLike<number>; readonly values: ArrayLike<number> }

/** A few names out of very many, each with a number; the weight of a name stands at a hash of the name. */
export interface HashedField<M extends 'empty' | 'reject' = 'empty' | 'reject'> extends Field<BagOfNames> {
  readonly kind: 'hashed'
  /** The number of weights, which all names share. */
  readonly capacity: number
  /** The largest number of a row's names that are read: those with the largest numbers. */
  readonly active: number
  /** How a row without this field is treated: `empty` reads it as having no names, `reject` rejects it. */
  readonly missing: M
}

export interface HashedConfig<M extends HashedField['missing'] = HashedField['missing']> {
  readonly capacity?: number
  readonly active?: number
  readonly missing?: M
}

/** Beyond this, not every whole number is representable in f32. */
const MOST = 16777216

type Sparse = Required<Pick<Field, 'sparse'>>

/** Most rows have no more names than this, of the many for which there is room. */
const USUAL = 64

const NOTHING: readonly string[] = []

const methods = {
  /** The width is one count, then an index and a value for each name. */
  width(this: HashedField): number {
    return 1 + 2 * this.active
  },
  fanIn(this: HashedField): number {
    return Math.min(this.active, USUAL)
  },
  sparse(this: HashedField): SparseShape {
    return { active: this.active, rows: this.capacity }
  },
  // auto() would visit every weight at every row, so it is not the default here.
  optimizer: (): Optimizer => adagrad(),
  encode(this: HashedField & Sparse, value: unknown, into: Floats, at: number): string | undefined {
    if (isMissing(value) && this.missing === 'reject') return MISSING
    return writeSparseRow(this.sparse(), isMissing(value) ? NOTHING : value, into, at)
  },
  copy(this: HashedField & Sparse, from: Floats, start: number, into: Floats, at: number): string | undefined {
    if (!Number.isNaN(from[start])) return copySparseRow(this.sparse(), from, start, into, at)
    into.fill(0, at, at + 1 + 2 * this.active)
    return this.missing === 'reject' ? MISSING : undefined
  },
  emit: emitSparseRow,
  room(this: HashedField): Room {
    return createRowRoom(this)
  },
  asTarget({ name }: TargetSite): Field {
    throw new RangeError(
      `createModel: target '${name}' is hashed, which is for features; expected numeric() or category().`,
    )
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
 * without a gradient unchanged: `adagrad()`, which is the default here, `auto()`, `sgd()`, `ftrl()`, `cocob()`, `vw()`
 * and `passiveAggressive()`, also with `l1()`. Other optimizers, and windows cut into shards, visit all weights. The fastest case is one hashed feature through one `dense(1)` in f32,
 * learned row by row, with the loss squared, huber or cross-entropy. Indices in ascending order are checked fastest.
 *
 * Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature hashing for large scale multitask learning" (2009),
 * without its second hash for the sign.
 *
 * @example
 * hashed()                                  // 2²⁰ weights, up to 256 names a row
 * // { words: ['the', 'quick', 'fox'] }, { words: { 'site=a': 1, price: 3.2 } }
 */
export const hashed = <M extends HashedField['missing'] = 'empty'>(config?: HashedConfig<M>): HashedField<M> => {
  const defaults = { capacity: 1048576, active: 256, missing: 'empty' as M }
  const { capacity, active, missing } = optionsOf('hashed', config, defaults)
  if (!(Number.isInteger(capacity) && capacity >= 1 && capacity <= MOST))
    throw new RangeError(`hashed: capacity is ${capacity}; expected a whole number from 1 to 2²⁴.`)
  if (!(Number.isInteger(active) && active >= 1 && active <= capacity))
    throw new RangeError(`hashed: active is ${active}; expected a whole number from 1 to the capacity, ${capacity}.`)
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
