import type { Value } from '../values.js'
import type { Field } from './field.js'

/** A field as plain data: its kind and the settings of that kind. A description holds fields in this form. */
export interface FieldSettings {
  readonly kind: string
  readonly missing: string
  readonly [setting: string]: unknown
}

/** Reads settings that came from elsewhere. Each method throws if a setting is not valid, and names the setting. */
export interface SettingsReader {
  oneOf<T extends string>(name: string, choices: readonly T[]): T
  /** Reads a list of which each item is one of the choices; on a command line, they stand between spaces. */
  someOf<T extends string>(name: string, choices: readonly T[]): readonly T[]
  text(name: string): string
  /** Reads a list of texts; on a command line, they stand between spaces. */
  texts(name: string): readonly string[]
  number(name: string): number
  /** Reads a whole number of at least 0. */
  whole(name: string): number
  names(name: string): readonly Value[]
}

/** A field on a command line: its kind, and in parentheses some of its settings. */
export interface FieldText {
  /** An example, such as `cyclic(24)`. */
  readonly example: string
  /** The settings in parentheses, in this order. */
  readonly parameters: readonly string[]
  /** What a cell of its column is. Default: a name if the field has names, otherwise a number. */
  readonly cell?: Cell
}

/** How a cell of a table is read: as a number, as a name, as a date with or without a time, or as the text that it is. */
export type Cell = 'number' | 'name' | 'time' | 'text'

/**
 * An entry of the table of kinds: how the wire, a replica and the page read fields of one kind. The entry of a custom
 * kind must be given wherever a description with such fields is read.
 *
 * @example
 * const logarithm: Field<number> = {
 *   kind: 'logarithm',
 *   missing: 'reject',
 *   emit: ({ emit, raw, columns }) => emit('cast', { out: columns, a: raw, n: 1 }),
 * }
 * const logarithmKind: FieldKind = { kind: 'logarithm', read: () => logarithm, labels: (_, name) => [`log ${name}`] }
 * const sales = createModel({ features: { price: logarithm }, target: { sold: numeric() }, layers: [dense(1)] })
 * createPredictor(sales.description, { fieldKinds: [logarithmKind] }).apply(sales.publish())
 */
export interface FieldKind<F extends Field = Field> {
  readonly kind: string
  /** How the command line writes the field. Default: no cell of a table is read as this kind. */
  readonly text?: FieldText
  /** Rebuilds a field from its settings. */
  read(settings: SettingsReader): F
  /** Returns a label for each column that has a meaning by now, in order; `names` are the names that have a column. */
  labels(field: F, name: string, names: readonly Value[]): readonly string[]
}
