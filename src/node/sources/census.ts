import type { Row, Value } from '../../types.js'

/** What a column's values are. */
export interface Census {
  numbers: number
  texts: number
  nested: number
  dates: number
  readonly distinct: Map<string, Value>
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
  distinct: new Map(),
  example: '',
})

const count = (census: Census, value: unknown): void => {
  if (value === undefined || value === null) return
  if (typeof value === 'number') census.numbers++
  else if (typeof value === 'string' || typeof value === 'boolean') {
    if (census.texts++ === 0) census.example = String(value)
    if (typeof value === 'string' && date.test(value)) census.dates++
  } else {
    census.nested++
    return
  }
  const name = String(value)
  if (!census.distinct.has(name)) census.distinct.set(name, value as Value)
}
