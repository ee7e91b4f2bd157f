import type { Value } from '../values.js'
import type { Field } from './field.js'

/** A field as plain data, with whatever settings its kind has: what a description holds of it. */
export interface FieldSettings {
  readonly kind: string
  readonly missing: string
  readonly [setting: string]: unknown
}

/** Reads settings that came from elsewhere. Each throws where a setting is not what it should be, and says which. */
export interface SettingsReader {
  oneOf<T extends string>(name: string, choices: readonly T[]): T
  text(name: string): string
  number(name: string): number
  /** A whole number from 0 up. */
  whole(name: string): number
  names(name: string): readonly Value[]
}

/** What stands behind a column's name on a command line: `name:kind(size)=value|value`. */
export interface FieldText {
  readonly size?: string | undefined
  readonly values?: readonly Value[] | undefined
}

/**
 * A row of the table of kinds: how the wire, a replica and the page read fields of one kind. One of your
 * own is given to whoever meets the kind elsewhere.
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
  /** A label for each column that means something now, in their order; `names` are those that have one. */
  labels(field: F, name: string, names: readonly Value[]): readonly string[]
}

/** A row of the table of texts: how the command line, and the schema that it infers, write fields of one kind. */
export interface FieldTextKind<F extends Field = Field> {
  readonly kind: string
  /** How one is written, such as `cyclic(24)`. */
  readonly usage: string
  /** @param refuse throws, with the end of a sentence that says what is expected */
  parse(text: FieldText, refuse: (expected: string) => never): F
  /** The text that `parse` reads back. */
  format(field: F): FieldText
  /** As a target whose names are all known: a row with another one is rejected rather than learned as one of them. */
  closed?(field: F): F
}
