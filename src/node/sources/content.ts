import type { Row, Value } from '../../values.js'
import { type Census, censusOf, seenIn } from './census.js'
import { areDates, epochUnit } from './dates.js'
import { isMissingMark } from './missingMark.js'
import { type DecimalMark, type Dressed, dressedIn, type NumberForm } from './numberForm.js'

/** If at least this share of a column's values are numbers, the other ones count as missing. */
export const mostlyNumeric = 0.9

/** What a column holds, as far as its first values tell. Whoever reads the column reads it by this. */
export interface Content {
  readonly holds: 'nothing' | 'marks' | 'objects' | 'numbers' | 'epoch' | 'dates' | 'names'
  readonly census: Census
  /** How the column's numbers are written, if its values are read as numbers. */
  readonly form: NumberForm
  readonly dressed: Dressed
  /** The texts among numbers that count as missing, the most frequent first. */
  readonly marks: readonly string[]
  /** The number of values without the marks. Where there is none, the column holds nothing but marks. */
  readonly present: number
  /** The unit of times since 1970. */
  readonly epoch?: string
  /** Whether its values are numbers, but names because they are quoted. */
  readonly quotedNumbers?: boolean
}

export interface ContentConfig {
  readonly decimal?: DecimalMark
  /** The columns whose numbers are quoted although those of other columns are not, so that they are texts. */
  readonly quoted?: ReadonlySet<string>
}

export type Contents = ReadonlyMap<string, Content>

/** Finds what the columns of rows hold, in the order in which they first occur. */
export const contentsOf = (rows: readonly Row[], config: ContentConfig = {}): Contents =>
  contentsIn(censusOf(rows, config.decimal), config)

/** Finds what the columns hold that were counted. */
export const contentsIn = (
  columns: ReadonlyMap<string, Census>,
  { decimal = 'point', quoted = new Set() }: ContentConfig = {},
): Contents =>
  new Map(Array.from(columns, ([name, census]) => [name, contentOf(name, census, decimal, quoted.has(name))]))

const contentOf = (name: string, census: Census, decimal: DecimalMark, quoted: boolean): Content => {
  const { numbers, nested, dates, words } = census
  const dressed = dressedIn(words, decimal)
  const seen = seenIn(census)
  const marks = [...words].filter(([text]) => isMissingMark(text)).sort(([, a], [, b]) => b - a)
  const present = seen - marks.reduce((sum, [, times]) => sum + times, 0)
  const content = { census, form: dressed.form, dressed, marks: marks.map(([text]) => text), present }
  if (nested > (1 - mostlyNumeric) * (seen + nested)) return { ...content, holds: 'objects' }
  if (seen === 0) return { ...content, holds: 'nothing' }
  if (present === 0) return { ...content, holds: 'marks' }
  if (numbers + dressed.count >= mostlyNumeric * present) {
    if (areDates(census.least, census.most, census.distinct.keys())) return { ...content, holds: 'dates' }
    const epoch = dressed.count === 0 ? epochUnit(name, census) : undefined
    if (epoch !== undefined) return { ...content, holds: 'epoch', epoch }
    return quoted ? { ...content, holds: 'names', quotedNumbers: true } : { ...content, holds: 'numbers' }
  }
  if (dates > 0 && dates >= mostlyNumeric * present) return { ...content, holds: 'dates' }
  return { ...content, holds: 'names' }
}

/** Returns the values of a column without those that count as missing. */
export const valuesIn = ({ holds, census, marks }: Content): Value[] => {
  const values = [...census.distinct.values()]
  return holds === 'numbers' ? values.filter((value) => !marks.includes(`${value}`)) : values
}

/** Tells whether some of its values are not just numbers, so that as names all of them are texts. */
export const hasTexts = ({ holds, census, present }: Content): boolean =>
  (holds === 'numbers' ? present : seenIn(census)) > census.numbers - census.numbersInText
