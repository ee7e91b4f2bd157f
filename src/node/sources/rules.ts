import { type Field, type Fields, isCategory, isRecalled } from '../../features/field.js'
import type { Value } from '../../values.js'
import { exactValue } from './cell.js'
import { type Contents, hasTexts } from './content.js'
import { isMissingMark } from './missingMark.js'
import { type DecimalMark, type NumberForm, plainForm } from './numberForm.js'

/** How the values of a table are read. The first rows, all later ones and the columns that are kept obey the same. */
export interface Rules {
  /** The texts that mean a missing value, such as NA. */
  readonly missing: readonly string[]
  readonly decimal: DecimalMark
  readonly contents: Contents
}

/** A column that fields read, and how. */
export interface ReadColumn {
  readonly name: string
  /** The form of its numbers; undefined if its values are names. */
  readonly form: NumberForm | undefined
  /** Returns the name that a text is. */
  nameIn(text: string): Value
  /** Tells whether a text means a missing value. */
  isMissing(text: string): boolean
}

const isNumber = (field: Field): boolean => !isCategory(field)

/** Returns the columns that fields read, and whether each has numbers. A field with a memory reads other columns. */
const kindsOf = (fields: Fields): ReadonlyMap<string, boolean> => {
  const entries = Object.entries<Field>(fields)
  const columns = new Map<string, boolean>()
  for (const [, field] of entries) {
    const { reads = [], by } = field.memory?.() ?? {}
    for (const read of reads) columns.set(read, true)
    if (by !== undefined && !columns.has(by)) columns.set(by, false)
  }
  // If a column has its own field, that field determines what the column has.
  for (const [name, field] of entries) if (!isRecalled(field)) columns.set(name, isNumber(field))
  return columns
}

/** Returns the columns that fields read. */
export const columnsRead = (fields: Fields, { missing, decimal, contents }: Rules): ReadColumn[] => {
  const texts = new Set(missing)
  return Array.from(kindsOf(fields), ([name, number]) => {
    const content = contents.get(name)
    // Among names, NA may be one; among numbers, it is none, even if each number is a class.
    const hasMarks = content?.holds === 'numbers'
    const names = new Map(fields[name]?.names?.().values.map((value) => [`${value}`, value]))
    // Beside a name that is a text, those that are written as numbers are texts as well.
    const isText = content !== undefined && hasTexts(content)
    return {
      name,
      nameIn: (text) => names.get(text) ?? (isText ? text : exactValue(text)),
      form: number ? (content?.form ?? { ...plainForm, decimal }) : undefined,
      isMissing: (text) => text === '' || texts.has(text) || (!number && hasMarks && isMissingMark(text)),
    }
  })
}
