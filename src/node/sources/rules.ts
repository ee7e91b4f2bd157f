import { type Field, type Fields, isDerived } from '../../features/field.js'
import type { Cell } from '../../features/kind.js'
import { inUnit, type TimeField } from '../../features/time.js'
import type { Value } from '../../values.js'
import { exactValue } from './cell.js'
import { type Content, type Contents, hasTexts } from './content.js'
import { cellOf } from './fieldText.js'
import { isMissingMark } from './missingMark.js'
import { type DecimalMark, type NumberForm, plainForm } from './numberForm.js'
import { type DayOrder, dayOrderOf, readDate } from './readDate.js'

/** How the values of a table are read. The first rows, all later ones and the columns that are kept obey the same. */
export interface Rules {
  /** The texts that mean a missing value, such as NA. */
  readonly missing: readonly string[]
  readonly decimal: DecimalMark
  readonly contents: Contents
  /** Whether the day stands before the month in each column of dates, as far as it was read. */
  readonly orders: Map<string, DayOrder>
}

/** A column that fields read, and how. */
export interface ReadColumn {
  readonly name: string
  /** The form of its numbers; undefined if its values are no numbers. */
  readonly form: NumberForm | undefined
  /** Returns what a text is where there is no form: a name, or a time as a number; undefined if it cannot be read. */
  valueIn(text: string): Value | undefined
  /** Is told of a text that could not be read, which may decide how later ones are. */
  learnFrom(text: string): void
  /** Tells whether a text means a missing value. */
  isMissing(text: string): boolean
  /** Whether its values are dates, of which numbers such as 20000131 are read as texts are. */
  readonly hasDates: boolean
}

/** Returns the columns that fields read, and how the cells of each are read. */
const cellsOf = (fields: Fields): ReadonlyMap<string, Cell> => {
  const entries = Object.entries<Field>(fields)
  const columns = new Map<string, Cell>()
  for (const [, field] of entries) {
    const { reads = [], by } = field.memory?.() ?? {}
    for (const read of reads) columns.set(read, 'number')
    for (const name of [...(by === undefined ? [] : [by]), ...(field.reads?.() ?? [])])
      if (!columns.has(name)) columns.set(name, 'name')
  }
  // If a column has its own field, that field determines what the column has.
  for (const [name, field] of entries) if (!isDerived(field)) columns.set(name, cellOf(field))
  return columns
}

/** Returns the columns that fields read. */
export const columnsRead = (fields: Fields, { missing, decimal, contents, orders }: Rules): ReadColumn[] => {
  const texts = new Set(missing)
  return Array.from(cellsOf(fields), ([name, cell]) => {
    const content = contents.get(name)
    // Among names, NA may be one; among numbers, it is none, even if each number is a class.
    const hasMarks = content?.holds === 'numbers'
    const names = new Map(fields[name]?.names?.().values.map((value) => [`${value}`, value]))
    // Beside a name that is a text, those that are written as numbers are texts as well.
    const isText = content !== undefined && hasTexts(content)
    const hasNumbers = content?.holds === 'numbers' || content?.holds === 'epoch'
    // Dates that are remembered as numbers, as the times of a window are, are milliseconds.
    const hasDates =
      cell === 'time' ? !hasNumbers : cell === 'number' && content?.holds === 'dates' && !Object.hasOwn(fields, name)
    const isNumber = (cell === 'number' && !hasDates) || (cell === 'time' && hasNumbers)
    return {
      name,
      hasDates,
      ...(hasDates
        ? timeIn(name, fields[name] as TimeField | undefined, content, orders)
        : { valueIn: (text: string) => names.get(text) ?? (isText ? text : exactValue(text)), learnFrom: () => {} }),
      form: isNumber ? (content?.form ?? { ...plainForm, decimal }) : undefined,
      isMissing: (text) => text === '' || texts.has(text) || (!isNumber && hasMarks && isMissingMark(text)),
    }
  })
}

/**
 * Returns how the dates of a column become numbers: of the unit of its field, or milliseconds if it has none. If the
 * first rows left open whether the day or the month comes first, a date that can be read in the other order alone
 * decides it for the rows behind it.
 */
const timeIn = (
  name: string,
  field: TimeField | undefined,
  content: Content | undefined,
  orders: Map<string, DayOrder>,
): Pick<ReadColumn, 'valueIn' | 'learnFrom'> => {
  const texts = [...(content?.census.words.keys() ?? [])]
  const { unit, timeZone } = field ?? { unit: 'milliseconds', timeZone: 0 }
  if (!orders.has(name)) orders.set(name, dayOrderOf(texts))
  return {
    valueIn(text) {
      const milliseconds = readDate(text, orders.get(name)!.dayFirst, timeZone)
      return milliseconds === undefined ? undefined : inUnit(milliseconds, unit)
    },
    learnFrom(text) {
      const { dayFirst, ambiguous } = orders.get(name)!
      if (ambiguous !== undefined && readDate(text, !dayFirst, timeZone) !== undefined)
        orders.set(name, { dayFirst: !dayFirst, ambiguous: undefined })
    },
  }
}
