import { type Field, isCategory } from '../../features/field.js'
import type { Cell, FieldKind, FieldText, SettingsReader } from '../../features/kind.js'
import { fieldKinds } from '../../features/kinds.js'
import type { Value } from '../../values.js'

interface TextKind extends FieldKind {
  readonly text: FieldText
}

/** The kinds that a cell of a table can be read as. */
export const textKinds: readonly TextKind[] = Object.values(fieldKinds).filter(
  (row): row is TextKind => row.text !== undefined,
)
const textKindOf = (kind: string): TextKind | undefined => textKinds.find((row) => row.kind === kind)

/** Returns how a cell of the field's own column is read. */
export const cellOf = (field: Field): Cell =>
  textKindOf(field.kind)?.text.cell ?? (isCategory(field) ? 'name' : 'number')

/** The settings of a field as a command line gives them: `kind(settings)=value|value`. */
export interface GivenSettings {
  readonly settings?: string | undefined
  readonly values?: readonly Value[] | undefined
}

/**
 * Reads a field from its settings; returns undefined for a kind that no cell is read as.
 *
 * @throws RangeError if a setting is not valid
 */
export const parseField = (kind: string, { settings, values }: GivenSettings): Field | undefined => {
  const row = textKindOf(kind)
  if (!row) return undefined
  const { example, parameters } = row.text
  const parts = settings === undefined || settings.trim() === '' ? [] : settings.split(',').map((part) => part.trim())
  if (parts.length > parameters.length)
    throw new RangeError(`${kind}: ${parts.length} settings were given; expected no more than in ${example}.`)
  const given = new Map(parts.map((part, i) => [parameters[i], part]))
  let takesNames = false
  const reader: SettingsReader = {
    text: (name) => given.get(name) ?? '',
    texts: (name) => given.get(name)?.split(/\s+/) ?? [],
    number: (name) => numberOf(given.get(name)) as number,
    whole: (name) => numberOf(given.get(name)) as number,
    oneOf: (name) => given.get(name) as never,
    someOf: (name) => given.get(name)?.split(/\s+/) as never,
    names: () => {
      takesNames = true
      return values ?? []
    },
  }
  const field = row.read(reader)
  if (values && !takesNames) throw new RangeError(`${kind}: values were given; only a category has values.`)
  return field
}

/** Reads a setting as a number. One that is left out keeps the default of its kind, and NaN is refused by the kind. */
const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : text === '' ? Number.NaN : Number(text)

/**
 * Writes the settings of a field as the shortest text from which `parseField` reads the same field; returns undefined
 * for a kind that no cell is read as.
 */
export const formatField = (field: Field): string | undefined => {
  const row = textKindOf(field.kind)
  if (!row) return undefined
  const own = field as Field & Readonly<Record<string, unknown>>
  const { values } = own as { readonly values?: readonly Value[] }
  const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(' ') : `${value ?? ''}`)
  const parts = row.text.parameters.map((name) => textOf(own[name]))
  const isImplied = (): boolean => {
    if (parts.at(-1) === '') return true
    try {
      const shorter = parseField(field.kind, { settings: parts.slice(0, -1).join(', '), values })
      const last = row.text.parameters[parts.length - 1]
      return textOf((shorter as typeof own)[last]) === textOf(own[last])
    } catch {
      return false
    }
  }
  while (parts.length > 0 && isImplied()) parts.pop()
  return parts.join(', ')
}
