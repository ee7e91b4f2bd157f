import type { Row, Value } from '../../values.js'
import { numberOf } from './cell.js'

/** How many values of each kind a column has, with examples. */
export interface Census {
  numbers: number
  texts: number
  nested: number
  dates: number
  /** The number of texts that would be numbers without a comma or a percent sign. */
  marked: number
  /** The first of these texts. */
  markedExample: string
  /** How often each text occurs that is not a number even without such marks. */
  readonly words: Map<string, number>
  /** The first value of each name, by name; 1 and '1' are one name. */
  readonly distinct: Map<string | number, Value>
  example: string
}

const date = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?)?$/

/** Counts the values of all columns, in the order in which the columns first occur. */
export const censusOf = (rows: readonly Row[]): Map<string, Census> => {
  const columns = new Map<string, Census>()
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) {
      let census = columns.get(name)
      if (census === undefined) {
        census = emptyCensus()
        columns.set(name, census)
      }
      count(census, value)
    }
  return columns
}

export const emptyCensus = (): Census => ({
  numbers: 0,
  texts: 0,
  nested: 0,
  dates: 0,
  marked: 0,
  markedExample: '',
  words: new Map(),
  distinct: new Map(),
  example: '',
})

/** Tells whether people would read the text as a number, such as 1,5 or 7% or 1,100. */
const isMarked = (text: string): boolean => /[,%]/.test(text) && numberOf(text.replace(/[,%]/g, '')) !== undefined

const count = (census: Census, value: unknown): void => {
  if (value === undefined || value === null) return
  if (typeof value === 'number') census.numbers++
  else if (typeof value === 'string' || typeof value === 'boolean') {
    if (census.texts++ === 0) census.example = String(value)
    if (typeof value === 'string' && date.test(value)) census.dates++
    const text = String(value)
    if (isMarked(text)) {
      if (census.marked++ === 0) census.markedExample = text
    } else if (numberOf(text) === undefined) census.words.set(text, (census.words.get(text) ?? 0) + 1)
  } else {
    census.nested++
    return
  }
  const key = typeof value === 'number' ? value : keyOf(String(value))
  if (!census.distinct.has(key)) census.distinct.set(key, value)
}

/**
 * Returns the number that is written as exactly this text, if there is one. Numbers thus need not be turned into text.
 */
const keyOf = (text: string): string | number => (String(Number(text)) === text ? Number(text) : text)
