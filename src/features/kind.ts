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
  text(name: string): string
  number(name: string): number
  /** Reads a whole number of at least 0. */
  whole(name: string): number
  names(name: string): readonly Value[]
}

/** What follows a column's name on a command line: `name:kind(size)=value|value`. */
export interface FieldText {
  readonly size?: string | undefined
  readonly values?: readonly Value[] | undefined
}

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
  /** Rebuilds a field from its settings. */
  read(settings: SettingsReader): F
  /** Returns a label for each column that has a meaning by now, in order; `names` are the names that have a column. */
  labels(field: F, name: string, names: readonly Value[]): readonly string[]
}

/** An entry of the table of texts: how the command line, and the schema that it infers, write fields of one kind. */
export interface FieldTextKind<F extends Field = Field> {
  readonly kind: string
  /** How a field is written, such as `cyclic(24)`. */
  readonly usage: string
  /** @param refuse throws; it takes the end of a sentence that states what is expected */
  parse(text: FieldText, refuse: (expected: string) => never): F
  /** Writes a field as the text that `parse` reads back. */
  format(field: F): FieldText
  /** Returns the field as a target whose names are all known: a row with another name is rejected, not learned. */
  closed?(field: F): F
}
