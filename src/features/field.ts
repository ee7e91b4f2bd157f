import type { LossFunction } from '../losses/loss.js'
import type { Optimizer } from '../optimizers/optimizer.js'
import type { Emit } from '../program/bytecode.js'
import type { Floats } from '../values.js'
import type { Memories } from './memory.js'
import type { RowMemory } from './rowMemory.js'
import type { Names, Vocabulary } from './vocabulary.js'

/**
 * A column of a row on its way to numbers and to inputs of the circuit. A kind of field is an object of this form: its
 * `kind`, its settings as plain data, and methods that read those settings from `this`. Whatever is left out has the
 * default that its comment names, so that a number with an emission of its own needs no more than `kind`, `missing` and
 * `emit`. A replica is given the kind's row, a `FieldKind`.
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
export interface Field<V = unknown> {
  readonly kind: string
  /** What a row without this field means: `reject` rejects the row; any other word is a policy of the kind. */
  readonly missing: string
  /** What a row holds for it. It exists in the types only. */
  readonly accepts?: V

  /** How many numbers of `Example.x` it takes. Default: 1. */
  width?(): number
  /** How many inputs of the circuit it becomes. Default: as many as its width. */
  columns?(): number
  /** How many of its columns one row moves, for fan-in. Default: 1. */
  fanIn?(): number
  /** The names that it gives columns to as rows are learned. Its number is then a name's column; −1: it has none yet. */
  names?(): Names
  /** A vocabulary of these names for a model: `createVocabulary(this.names())`. It comes with the kinds that have names. */
  vocabulary?(): Vocabulary
  /** How its number is scaled by its own running statistics; 'none' where the number itself is the column. */
  scaling?(): Scaling | 'none'
  /** Of a field that the first layer reads as a sparse row, `[count, index, value, …]`. */
  sparse?(): SparseShape
  /** The field as an input of the circuit that is a sparse row of the one name it has, or of none. Default: it cannot be one. */
  indexed?(): Field
  /** How many f64 of running statistics it keeps. Default: none. */
  statistics?(): number

  /** What it remembers of earlier rows: its number is then recalled, and not read from the row. */
  memory?(): FieldMemory

  /**
   * Writes a row's value as numbers; NaN stands for a missing one. Default: a number within ±1e150, or true or false,
   * stands for itself.
   * @returns why the row is refused, as the end of a sentence that begins with the field's name
   */
  encode?(value: unknown, into: Floats, at: number, vocabulary: Vocabulary | undefined): string | undefined
  /** Copies numbers that a chunk brings, checked; `encode` of values that are numbers already, and returns the same. */
  copy?(from: Floats, start: number, into: Floats, at: number, vocabulary: Vocabulary | undefined): string | undefined

  /** Emits the instructions that turn its numbers into its columns. */
  emit(site: FieldSite): void
  /** Emits those by which its statistics take in the row for good. */
  commit?(site: FieldSite): void

  /** The loss of a model whose target it is, where none was given. Default: huber() of a scaled number, else squared(). */
  loss?(): LossFunction
  /** The rule of a model that reads it through layers, where none was given. Default: auto(). */
  optimizer?(): Optimizer

  /** The field as a feature, with what was left open filled in. Default: itself. */
  asFeature?(): Field
  /**
   * The field as a target. Default: it cannot be one.
   * @throws RangeError where it does not fit the circuit's outputs
   */
  asTarget?(site: TargetSite): Field
}

/** The memory that a field declares. */
export interface FieldMemory {
  /** The column of a row that it remembers. */
  readonly reads: string
  /** The column whose value is the key under which it remembers; undefined: there is one key for all rows. */
  readonly by: string | undefined
  /** How many numbers are kept for a key, and how many keys there may be. */
  readonly size: number
  readonly capacity: number
  create(): RowMemory
  /** Gathers the memories of all fields of a model: `gatherMemories`. */
  readonly gather: GatherMemories
}

export type Fields = Readonly<Record<string, Field>>

/** Gathers the memories of all fields of a model. */
export type GatherMemories = (features: Fields, target: Fields, vocabularies: Vocabularies) => Memories

/** A number scaled by n, μ and σ² of its own column, in this order its statistics. */
export interface Scaling {
  /** Whether recent rows weigh more: `a = max(1/n, 0.001)`, else Welford's mean of all rows. */
  readonly exponential: boolean
  /** |z| is cut to this. */
  readonly clip: number
}

export interface SparseShape {
  /** The largest number of entries in a row. */
  readonly active: number
  /** The rows of the weights that its indices choose from. */
  readonly rows: number
}

/** Where a field's numbers and columns stand in the arena (byte addresses), and what it emits with. */
export interface FieldSite {
  readonly emit: Emit
  /** Its numbers, f64. */
  readonly raw: number
  /** Its columns, in the model's type. */
  readonly columns: number
  /** Its statistics, f64; −1 where it keeps none. */
  readonly statistics: number
  /** Whether its statistics are advanced by this row alone before they are read. */
  readonly advance: boolean
  /** The address of an f64 of this value. */
  constant(value: number): number
  /** Memory of the row's own for n f64 between two instructions. */
  scratch(n: number): number
}

/** What a target has to fit. */
export interface TargetSite {
  readonly name: string
  /** The outputs of the circuit, and the number of targets that share them. */
  readonly outputs: number
  readonly targets: number
}

export const widthOf = (field: Field): number => field.width?.() ?? 1
export const columnsOf = (field: Field): number => field.columns?.() ?? widthOf(field)
export const fanInOf = (field: Field): number => field.fanIn?.() ?? 1
export const scalingOf = (field: Field): Scaling | undefined => {
  const scaling = field.scaling?.()
  return scaling === 'none' ? undefined : scaling
}
/** The columns of a row that a field reads. */
export const readsOf = (name: string, field: Field): readonly string[] => {
  const memory = field.memory?.()
  return memory ? [memory.reads, ...(memory.by === undefined ? [] : [memory.by])] : [name]
}
/** Whether it is the name of a class, rather than a number. */
export const isCategory = (field: Field): boolean => field.names !== undefined

/** Whether its numbers are a sparse row as they come: one that is `indexed` becomes a sparse row. */
export const isSparse = (field: Field): boolean => field.sparse !== undefined && !isCategory(field)

/** The vocabularies of a model's fields, by the field's place; undefined for fields without names. */
export type Vocabularies = readonly (Vocabulary | undefined)[]
