import { oneOf } from './oneOf.js'

/** A bag of names with numbers, few of very many: each name's weight stands at a hash of the name. */
export interface HashedField {
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
  return { kind: 'hashed', capacity, active, missing }
}

/** How many numbers of a row it takes: their count, then an index and a value each. */
export const hashedWidth = ({ active }: HashedField): number => 1 + 2 * active
