import { bringSparse } from '../autodiff/sparse.js'
import { crossEntropy } from '../losses/crossEntropy.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { AnyValue, Floats, Value } from '../values.js'
import type { Field } from './field.js'
import { byIndex } from './indexed.js'
import type { FieldKind } from './kind.js'
import { createNameRoom } from './nameRoom.js'
import { A_NAME, isMissing, isName, MISSING } from './refusal.js'
import type { Room } from './room.js'
import type { FieldSite, TargetSite } from './site.js'
import { columnIn, createVocabulary, type Names, NO_ROOM, type Vocabulary } from './vocabulary.js'

/** A name from a growing set: each name has one column, and `capacity` columns are reserved. */
export interface CategoryField<P extends AnyValue = AnyValue, M extends 'unseen' | 'reject' = 'unseen' | 'reject'>
  extends Field<Value, P> {
  readonly kind: 'category'
  /** The number of reserved columns. Default: 64 for a feature; the number of outputs for a target. */
  readonly capacity?: number
  /** The names known from the start, in column order. */
  readonly values: readonly Value[]
  /** What happens to a new name when every column is taken. Default: `hash` for a feature, `reject` for a target. */
  readonly onFull?: 'hash' | 'evictOldest' | 'reject'
  readonly missing: M
}

export interface CategoryConfig<
  V extends Value = Value,
  C extends number | undefined = number | undefined,
  M extends CategoryField['missing'] = CategoryField['missing'],
> {
  readonly capacity?: C
  readonly values?: readonly V[]
  readonly onFull?: 'hash' | 'evictOldest' | 'reject'
  readonly missing?: M
}

/** A prediction is one of the names that are declared one by one, unless there is room for others. */
type PredictedName<V extends Value, C> = [V] extends [never]
  ? AnyValue
  : string extends V
    ? AnyValue
    : number extends V
      ? AnyValue
      : C extends number
        ? AnyValue
        : V

/** The number of a feature's columns if neither a capacity nor values are given. */
const DEFAULT_CAPACITY = 64
const capacityOf = ({ capacity, values }: CategoryField): number => capacity ?? (values.length || DEFAULT_CAPACITY)

type Named = Required<Pick<Field, 'names'>>

const methods = {
  columns(this: CategoryField): number {
    return capacityOf(this)
  },
  names(this: CategoryField): Names {
    const { values, onFull } = this
    return { values, onFull, capacity: capacityOf(this) }
  },
  vocabulary(this: CategoryField & Named): Vocabulary {
    return createVocabulary(this.names())
  },
  encode(
    this: CategoryField,
    value: unknown,
    into: Floats,
    at: number,
    vocabulary: Vocabulary | undefined,
  ): string | undefined {
    if (isMissing(value)) {
      into[at] = Number.NaN
      return this.missing === 'reject' ? MISSING : undefined
    }
    if (!isName(value)) return `is ${shown(value)}; expected ${A_NAME}`
    const column = columnIn((vocabulary as Vocabulary).columnOf(value))
    into[at] = column
    return column === NO_ROOM ? `is ${shown(value)}, a new name, and all ${this.capacity} columns are taken` : undefined
  },
  copy(
    this: CategoryField,
    from: Floats,
    start: number,
    into: Floats,
    at: number,
    vocabulary: Vocabulary | undefined,
  ): string | undefined {
    const column = from[start]
    into[at] = column
    if (Number.isNaN(column)) return this.missing === 'reject' ? MISSING : undefined
    const last = (vocabulary as Vocabulary).values.length - 1
    return column >= -1 && column <= last && column % 1 === 0
      ? undefined
      : `is column ${column}; expected a whole number from -1, which is no column, to ${last}`
  },
  emit(this: CategoryField, { emit, raw: a, columns: out }: FieldSite): void {
    emit('oneHot', { out, a, n: capacityOf(this) })
  },
  indexed(this: CategoryField): CategoryField {
    bringSparse()
    return { ...this, ...byIndex }
  },
  room(this: CategoryField & Named, vocabulary: Vocabulary | undefined): Room | undefined {
    return this.onFull === 'reject' ? undefined : createNameRoom(this.names(), vocabulary as Vocabulary)
  },
  loss: crossEntropy,
  asFeature(this: CategoryField): CategoryField {
    return { ...this, capacity: capacityOf(this), onFull: this.onFull ?? 'hash' }
  },
  asTarget(this: CategoryField, { name, outputs, targets }: TargetSite): CategoryField {
    if (targets > 1)
      throw new RangeError(
        `createModel: target '${name}' is one of ${targets}; expected a category to be the only target.`,
      )
    if (this.onFull === 'evictOldest')
      throw new RangeError(
        `createModel: target '${name}' has onFull 'evictOldest', which is for features; expected 'reject' or 'hash'.`,
      )
    const columns = outputs === 1 ? 2 : outputs
    const wanted = Math.max(this.capacity ?? 0, this.values.length)
    if (wanted > columns)
      throw new RangeError(
        `createModel: target '${name}' has ${wanted} classes, but the circuit has ${outputs === 1 ? 'one output, which tells two apart' : `${outputs} outputs`}; end it in dense(${wanted}).`,
      )
    return { ...this, capacity: columns, onFull: this.onFull ?? 'reject' }
  },
}

/**
 * Creates a categorical column: one-hot over `capacity` reserved columns, so that neither the plan nor the bits change
 * as names arrive. A name without a column reads as all zeros until the row that brought it has been learned. The field
 * counts as one input in fan_in.
 *
 * When all columns are taken, `hash` (a feature's default) shares a column chosen by a hash of the name, `evictOldest`
 * gives the new name the column that was assigned longest ago, with its weights, and `reject` (a target's default)
 * rejects the row.
 *
 * @example
 * category()                                   // up to 64 names
 * category({ values: ['DOWN', 'UP'] })         // these two, in this order
 */
export const category = <
  const V extends Value = never,
  C extends number | undefined = undefined,
  M extends CategoryField['missing'] = 'unseen',
>(
  config?: CategoryConfig<V, C, M>,
): CategoryField<PredictedName<V, C>, M> => {
  const defaults = { values: [], capacity: undefined, onFull: undefined, missing: 'unseen' as M }
  const { values, capacity, onFull, missing } = optionsOf('category', config, defaults)
  if (!Array.isArray(values)) throw new TypeError(`category: values is ${shown(values)}; expected a list of names.`)
  if (capacity !== undefined && (!Number.isInteger(capacity) || capacity < 1 || capacity < values.length))
    throw new RangeError(
      `category: capacity is ${shown(capacity)}; expected a whole number of at least ${Math.max(1, values.length)}.`,
    )
  oneOf('category', 'onFull', onFull, ['hash', 'evictOldest', 'reject'])
  oneOf('category', 'missing', missing, ['unseen', 'reject'])
  const other = values.find((value) => !isName(value))
  if (other !== undefined) throw new RangeError(`category: values has ${shown(other)}; expected ${A_NAME}.`)
  const names = values.map(String)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new RangeError(`category: values has '${twice}' twice; expected each name once.`)
  return {
    ...{ kind: 'category', values: [...values], missing },
    ...(capacity !== undefined && { capacity }),
    ...(onFull !== undefined && { onFull }),
    ...methods,
  }
}

/** The entry of `category` in the table of kinds. */
export const categoryKind: FieldKind<CategoryField> = {
  kind: 'category',
  text: { example: 'category', parameters: ['capacity'] },
  read: ({ whole, names, oneOf }) =>
    category({
      capacity: whole('capacity'),
      values: names('values'),
      onFull: oneOf('onFull', ['hash', 'evictOldest', 'reject']),
      missing: oneOf('missing', ['unseen', 'reject']),
    }),
  labels: (_, name, names) => names.map((value) => `${name} ${value}`),
}
