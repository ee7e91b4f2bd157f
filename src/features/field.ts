import type { LossFunction } from '../losses/loss.js'
import type { AnyValue, Floats } from '../values.js'
import type { Memories } from './memory.js'
import type { Room } from './room.js'
import type { FieldSite, TargetSite } from './site.js'
import type { Names, Vocabulary } from './vocabulary.js'

/**
 * A column of a row, and how it becomes numbers and inputs of the circuit. A kind of field is an object of this form:
 * its `kind`, its settings as plain data, and methods that read those settings from `this`. Every method that is
 * omitted has the default that its comment states, so that a number with its own emission needs only `kind`, `missing`
 * and `emit`. To rebuild such a field, a replica needs the entry of its kind, a `FieldKind`.
 *
 * @example
 * const logarithm = (): Field<number> => ({
 *   kind: 'logarithm',
 *   missing: 'reject',
 *   emit({ emit, raw, columns, scratch }) {
 *     const log = scratch(1)
 *     emit('log', { out: log, a: raw, n: 1, type: F64 })
 *     emit('cast', { out: columns, a: log, n: 1 })
 *   },
 * })
 * const sales = createModel({ features: { price: logarithm() }, target: { sold: numeric() }, layers: [dense(1)] })
 * sales.learn({ price: 12, sold: 3 })
 */
export interface Field<V = unknown, P extends AnyValue = AnyValue> {
  readonly kind: string
  /** How a row without this field is treated: `reject` rejects the row; any other word is a policy of the kind. */
  readonly missing: string
  /** The values that a row may hold for the field. This property exists in the types only. */
  readonly accepts?: V
  /** The value that a prediction of this field has, if it is a target. This property exists in the types only. */
  readonly predicts?: P

  /** Returns the number of places that it takes in `Example.x`. Default: 1. */
  width?(): number
  /** Returns the number of the circuit's inputs that it becomes. Default: its width. */
  columns?(): number
  /** Returns the number of its columns that are nonzero in one row, for fan-in. Default: 1. */
  fanIn?(): number
  /**
   * Declares names that get columns as rows are learned. The field's number is then a name's column, or −1 for none.
   */
  names?(): Names
  /** Creates a model's vocabulary of these names: `createVocabulary(this.names())`. Only kinds with names import it. */
  vocabulary?(): Vocabulary
  /** Returns the names that a value of a sparse row consists of, with the index of each, as texts for an explanation. */
  terms?(value: unknown): readonly (readonly [term: string, index: number])[]
  /** Creates what counts the names for which a model has no room. Default: the field has room for all. */
  room?(vocabulary: Vocabulary | undefined): Room | undefined
  /** Returns how its number is scaled by its own running statistics; 'none' if the number itself is the column. */
  scaling?(): Scaling | 'none'
  /** Returns the shape of the sparse row `[count, index, value, …]` as which the first layer reads the field. */
  sparse?(): SparseShape
  /** Returns the field as a sparse row that holds its one name, or none. Default: the field has no such form. */
  indexed?(): Field
  /** Returns the number of f64 of its running statistics. Default: 0. */
  statistics?(): number

  /** Declares what it remembers of earlier rows, from which its number is recalled. */
  memory?(): FieldMemory

  /**
   * Returns the columns of a row that it reads instead of its own, none of which may be a target: `encode` is then given
   * the list of their values. Default: it reads the column of its own name.
   */
  reads?(): readonly string[]

  /**
   * Writes a row's value as numbers; NaN stands for a missing one. Default: a number within ±1e150, or true or false,
   * is written as it is.
   * @returns why the row is refused, as the rest of a sentence that begins with the field's name: 'is 0; expected …'
   */
  encode?(value: unknown, into: Floats, at: number, vocabulary: Vocabulary | undefined): string | undefined
  /**
   * Copies and checks numbers from a chunk. It is `encode` for values that are already numbers, and returns the same.
   */
  copy?(from: Floats, start: number, into: Floats, at: number, vocabulary: Vocabulary | undefined): string | undefined

  /** Returns a value as milliseconds since 1970, for a column of points in time; undefined if it is none. */
  milliseconds?(value: unknown): number | undefined

  /** Emits the instructions that turn its numbers into its columns. */
  emit(site: FieldSite): void
  /** Emits the instructions that commit the row to its statistics. */
  commit?(site: FieldSite): void

  /** Returns the default loss of a model with this target. Default: huber() if it is scaled, otherwise squared(). */
  loss?(): LossFunction

  /** Returns the field as a feature, with all defaults filled in. Default: the field itself. */
  asFeature?(): Field
  /**
   * Returns the field as a target. Default: the field cannot be a target.
   * @throws RangeError if it does not fit the circuit's outputs
   */
  asTarget?(site: TargetSite): Field
}

/**
 * The memory that a field declares: a few numbers for each key, which are NaN before the key's first row. A kind that
 * remembers is this much and an emission, so that every such kind is saved, published and restored in the same way.
 *
 * @example
 * // How many rows the series of a row's device has had before.
 * const age: Field<never> = {
 *   kind: 'age',
 *   missing: 'mean',
 *   memory: (): FieldMemory => ({
 *     reads: [],
 *     by: 'device',
 *     size: 1,
 *     capacity: 100,
 *     recall: ([count]) => count || 0,
 *     remember(kept) { kept[0] = (kept[0] || 0) + 1 },
 *     gather: gatherMemories,
 *   }),
 *   emit: ({ emit, raw, columns }) => emit('cast', { out: columns, a: raw, n: 1 }),
 * }
 * const paced = createModel({ features: { age }, target: { power: numeric() }, layers: [dense(1)] })
 * paced.learn({ device: 'fridge', power: 80 })
 */
export interface FieldMemory<Reads extends string = string, By extends string = string> {
  /**
   * The columns of a row whose values it reads. Default: the column of its own name, which rows then hold, and whose
   * number it may replace. Only the first may be a target.
   */
  readonly reads?: readonly Reads[]
  /** The column whose value is the key under which it remembers; undefined if all rows share one key. */
  readonly by: By | undefined
  /** The number of numbers that are kept for each key, and the largest number of keys. */
  readonly size: number
  readonly capacity: number
  /**
   * Returns the field's number for a row that has just arrived, or NaN if there is none; it changes nothing.
   *
   * @param kept the numbers of the row's key; they are NaN for a new key, and for a row without a key
   * @param own the row's own values of `reads`: NaN if one is missing, undefined for a target, which is not known yet
   */
  recall(kept: Float64Array, own: readonly (number | undefined)[]): number
  /** Changes the numbers of a key by the values of its row: NaN if one is missing, also if that is a target. */
  remember(kept: Float64Array, values: readonly number[]): void
  /** Gathers the memories of all fields of a model; this is always `gatherMemories`. */
  readonly gather: GatherMemories
}

export type Fields = Readonly<Record<string, Field>>

/** Gathers the memories of all fields of a model. */
export type GatherMemories = (features: Fields, target: Fields, vocabularies: Vocabularies) => Memories

/** How a number is scaled by the statistics n, μ and σ² of its own column, which are stored in this order. */
export interface Scaling {
  /** Whether recent rows weigh more, with `a = max(1/n, 0.001)`; otherwise all rows weigh the same (Welford). */
  readonly exponential: boolean
  /** The bound to which |z| is clipped. */
  readonly clip: number
}

export interface SparseShape {
  /** The largest number of entries in a row. The first number of a row with more names is the count of all of them. */
  readonly active: number
  /** The number of rows of the weights that its indices select from. */
  readonly rows: number
}

export const widthOf = (field: Field): number => field.width?.() ?? 1
export const columnsOf = (field: Field): number => field.columns?.() ?? widthOf(field)
export const fanInOf = (field: Field): number => field.fanIn?.() ?? 1
export const scalingOf = (field: Field): Scaling | undefined => {
  const scaling = field.scaling?.()
  return scaling === 'none' ? undefined : scaling
}
/** Returns the columns of a row that a field reads. */
export const readsOf = (name: string, field: Field): readonly string[] => {
  const { reads = field.reads?.() ?? [name], by } = field.memory?.() ?? {}
  return by === undefined ? reads : [...reads, by]
}
/** Tells whether it is read from other columns alone, so that no row holds it. */
export const isDerived = (field: Field): boolean => isRecalled(field) || field.reads !== undefined
/** Tells whether it is recalled from other columns alone, so that no row holds it. */
export const isRecalled = (field: Field): boolean => field.memory?.().reads !== undefined
/** Tells whether a column is a target that is not known when its row is predicted, because it is no feature as well. */
export const isLabel = (column: string, features: Fields, target: Fields): boolean =>
  Object.hasOwn(target, column) && !Object.hasOwn(features, column)
/** Tells whether it is the name of a class rather than a number. */
export const isCategory = (field: Field): boolean => field.names !== undefined

/** Tells whether its numbers are a sparse row as they arrive, unlike an `indexed` field, which only becomes one. */
export const isSparse = (field: Field): boolean => field.sparse !== undefined && !isCategory(field)

/** The vocabularies of a model's fields, by the field's index; undefined for fields without names. */
export type Vocabularies = readonly (Vocabulary | undefined)[]
