import type { Row, Value } from '../../values.js'
import { isCode, numberOf } from './cell.js'
import { isDate } from './dates.js'
import { type DecimalMark, readNumber } from './numberForm.js'

/** How many values of each kind a column has, with examples. */
export interface Census {
  /** The number of values that are numbers, and of those among them that are texts. */
  numbers: number
  numbersInText: number
  textNumber: string
  /** The least and the largest number, the last one, and how often one was smaller than the one before. */
  least: number
  most: number
  last: number
  falls: number
  /** The number of texts that would lose digits as a number, such as 02134. */
  codes: number
  code: string
  /** The number of other texts and booleans, and how often each occurs. */
  texts: number
  readonly words: Map<string, number>
  /** The number of texts that are dates. */
  dates: number
  nested: number
  /** The first value of each name, by name; 1 and '1' are one name. */
  readonly distinct: Map<string | number, Value>
  /** The first value that is not a number. */
  example: string
}

/** Counts the values of all columns, in the order in which the columns first occur. */
export const censusOf = (rows: readonly Row[], decimal: DecimalMark = 'point'): Map<string, Census> => {
  const columns = new Map<string, Census>()
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) {
      let census = columns.get(name)
      if (census === undefined) {
        census = emptyCensus()
        columns.set(name, census)
      }
      countValue(census, value, decimal)
    }
  return columns
}

export const emptyCensus = (): Census => ({
  ...{ numbers: 0, numbersInText: 0, codes: 0, texts: 0, dates: 0, nested: 0 },
  ...{ textNumber: '', code: '', example: '' },
  ...{ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY, last: Number.NaN, falls: 0 },
  ...{ words: new Map(), distinct: new Map() },
})

/** Returns the number of values that are neither missing nor objects nor arrays. */
export const seenIn = ({ numbers, codes, texts }: Census): number => numbers + codes + texts

/** Counts one value. */
export const countValue = (census: Census, value: unknown, decimal: DecimalMark): void => {
  if (value === undefined || value === null) return
  if (typeof value === 'object') {
    census.nested++
    return
  }
  if (typeof value === 'number') countNumber(census, value)
  else if (typeof value === 'string') countText(census, value, decimal)
  else countWord(census, `${value}`)
  const key = typeof value === 'number' ? value : keyOf(`${value}`)
  if (!census.distinct.has(key)) census.distinct.set(key, value as Value)
}

const countNumber = (census: Census, value: number): void => {
  census.numbers++
  if (value < census.last) census.falls++
  census.last = value
  if (value < census.least) census.least = value
  if (value > census.most) census.most = value
}

const countText = (census: Census, text: string, decimal: DecimalMark): void => {
  if (isCode(text)) {
    if (census.codes++ === 0) census.code = text
    if (census.example === '') census.example = text
    return
  }
  const value = decimal === 'point' ? numberOf(text) : readNumber(text, { decimal, unit: '' })
  if (value === undefined) {
    if (isDate(text)) census.dates++
    countWord(census, text)
    return
  }
  countNumber(census, value)
  if (census.numbersInText++ === 0) census.textNumber = text
}

const countWord = (census: Census, text: string): void => {
  if (census.texts++ === 0) census.example = text
  census.words.set(text, (census.words.get(text) ?? 0) + 1)
}

/**
 * Returns the number that is written as exactly this text, if there is one. Numbers thus need not be turned into text.
 */
const keyOf = (text: string): string | number => (String(Number(text)) === text ? Number(text) : text)
