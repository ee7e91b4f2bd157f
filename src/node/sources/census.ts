import type { Row, Value } from '../../values.js'
import { numberOf } from './cell.js'

/** What a column's values are. */
export interface Census {
  numbers: number
  texts: number
  nested: number
  dates: number
  /** Texts that would be numbers without a comma or a percent sign. */
  marked: number
  /** The first of them. */
  markedExample: string
  /** How often each text that is no number in any way comes. */
  readonly words: Map<string, number>
  /** The first of each name, by name: 1 and '1' are one. */
  readonly distinct: Map<string | number, Value>
  example: string
}

const date = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?)?$/

/** The columns in the order in which the rows bring them. */
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

/** 1,5 and 7% and 1,100 are numbers to a person. */
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

/** A number's own text stands for the number, so that no text has to be made of each number. */
const keyOf = (text: string): string | number => (String(Number(text)) === text ? Number(text) : text)
