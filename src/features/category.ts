import type { Value } from '../values.js'
import { oneOf } from './oneOf.js'

/** A name out of a growing set: one column a name, reserved up to `capacity`. */
export interface CategoryField {
  readonly kind: 'category'
  /** Columns reserved; left open, a feature takes 64 and a target as many as its circuit has outputs. */
  readonly capacity?: number
  /** Names known from the start, in column order. */
  readonly values: readonly Value[]
  /** What a new name means when every column is taken; left open, `hash` for a feature and `reject` for a target. */
  readonly onFull?: 'hash' | 'evictOldest' | 'reject'
  readonly missing: 'unseen' | 'reject'
}

export interface CategoryConfig {
  readonly capacity?: number
  readonly values?: readonly Value[]
  readonly onFull?: 'hash' | 'evictOldest' | 'reject'
  readonly missing?: CategoryField['missing']
}

/**
 * A categorical column: one-hot over `capacity` reserved columns, so that neither the plan nor the bits change as names
 * arrive. A name that has no column yet reads as all zero until the row that brought it is learned. It counts as one
 * input in fan_in.
 *
 * When full: `hash` (a feature's default) shares a column chosen by a hash of the name, `evictOldest` gives the new name the column
 * that was assigned longest ago (and the weights it has), `reject` (a target's default) rejects the row.
 *
 * @example
 * category()                                   // up to 64 names
 * category({ values: ['DOWN', 'UP'] })         // these two, in this order
 */
export const category = ({ values = [], capacity, onFull, missing = 'unseen' }: CategoryConfig = {}): CategoryField => {
  if (capacity !== undefined && (!Number.isInteger(capacity) || capacity < 1 || capacity < values.length))
    throw new RangeError(
      `category: capacity is ${capacity}; expected a whole number of at least ${Math.max(1, values.length)}.`,
    )
  oneOf('category', 'onFull', onFull, ['hash', 'evictOldest', 'reject'])
  oneOf('category', 'missing', missing, ['unseen', 'reject'])
  const names = values.map(String)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new RangeError(`category: values has '${twice}' twice; expected each name once.`)
  return {
    ...{ kind: 'category', values: [...values], missing },
    ...(capacity !== undefined && { capacity }),
    ...(onFull !== undefined && { onFull }),
  }
}
