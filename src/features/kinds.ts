import { shown } from '../options/shown.js'
import type { Value } from '../values.js'
import { categoryKind } from './category.js'
import { crossKind } from './cross.js'
import { cyclicKind } from './cyclic.js'
import { differenceKind } from './difference.js'
import type { Field } from './field.js'
import { filledKind } from './filled.js'
import { hashedKind } from './hashed.js'
import type { FieldKind, FieldSettings, SettingsReader } from './kind.js'
import { lagKind } from './lag.js'
import { numericKind } from './numeric.js'
import { rollingKind } from './rolling.js'
import { textKind } from './text.js'
import { timeKind } from './time.js'
import { windowedKind } from './windowed.js'

/** The table of kinds, by name. A model does not read it, because its fields bring their own methods. */
export type FieldKinds = Readonly<Record<string, FieldKind>>

const rows: readonly FieldKind[] = [
  ...[numericKind, categoryKind, cyclicKind, hashedKind, timeKind, textKind, crossKind],
  ...[lagKind, rollingKind, differenceKind, filledKind, windowedKind],
]
export const fieldKinds: FieldKinds = Object.fromEntries(rows.map((row) => [row.kind, row]))

/** @throws TypeError for what is not a list of kinds, such as a field in place of its kind */
export const checkFieldKinds = (by: string, own: unknown): void => {
  const isKind = (row: Partial<FieldKind> | null): boolean =>
    typeof row?.kind === 'string' && typeof row.read === 'function'
  if (own !== undefined && !(Array.isArray(own) && own.every(isKind)))
    throw new TypeError(`${by}: fieldKinds is ${shown(own)}; expected a list of kinds, such as [logarithmKind].`)
}

/** Returns the known kinds together with custom ones. */
export const fieldKindsWith = (own: readonly FieldKind[] = []): FieldKinds =>
  own.length === 0 ? fieldKinds : { ...fieldKinds, ...Object.fromEntries(own.map((row) => [row.kind, row])) }

/**
 * Rebuilds a field from its settings.
 * @throws RangeError for an unknown kind
 */
export const fieldOf = (settings: FieldSettings | Field, kinds: FieldKinds = fieldKinds): Field => {
  const row = Object.hasOwn(kinds, settings.kind) ? kinds[settings.kind] : undefined
  if (!row)
    throw new RangeError(
      `createPredictor: there is no field kind '${settings.kind}' here; there are ${Object.keys(kinds).join(', ')}. Give a kind of your own, as in createPredictor(description, { fieldKinds: [logarithmKind] }).`,
    )
  return row.read(trusting(settings))
}

/** Rebuilds a field from its settings; returns undefined for an unknown kind. */
export const knownFieldOf = (settings: FieldSettings | Field, kinds: FieldKinds = fieldKinds): Field | undefined =>
  Object.hasOwn(kinds, settings.kind) ? fieldOf(settings, kinds) : undefined

/** Reads settings that have been checked already, or were written by this library. */
const trusting = (settings: FieldSettings | Field): SettingsReader => {
  const setting = (name: string): never => (settings as FieldSettings)[name] as never
  return {
    oneOf: setting,
    someOf: setting,
    text: setting,
    texts: setting,
    number: setting,
    whole: setting,
    names: setting,
  }
}

/** Returns a label for each of a field's columns that has a meaning by now. */
export const labelsOf = (field: Field, name: string, names: readonly Value[]): readonly string[] =>
  fieldKinds[field.kind]?.labels(field, name, names) ?? [name]
