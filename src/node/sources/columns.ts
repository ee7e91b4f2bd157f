import type { Chunk, Field, Rejection } from '../../types.js'
import { decimals, letters, looseCell } from './cell.js'
import type { CsvLine, CsvRecord } from './csv.js'
import type { Reading } from './ndjson.js'
import type { Schema } from './schema.js'

/** Rows that are numbers alone, as a model learns them in one call. */
export interface RowColumns {
  readonly kind: 'columns'
  readonly chunk: Chunk & { readonly y: Float64Array }
  /** Where each of them stands; the first line of a file is 1. */
  readonly lines: Float64Array
}

/** Rows that follow one another: as columns, or one by one with what is none. */
export type Block = RowColumns | readonly Reading[]

/** Each array as the one block it is. */
export async function* asBlocks(pieces: AsyncIterable<readonly Reading[]>): AsyncGenerator<readonly Block[]> {
  for await (const readings of pieces) yield [readings]
}

type Item = CsvLine | CsvRecord | Rejection
const NOWHERE = -1
const LABEL = -2

/** The columns of a target's classes by their cells; a class that no cell reads as is not among them. */
const classesOf = (target: Field): ReadonlyMap<string, number> | undefined =>
  target.kind === 'category'
    ? new Map(
        target.values.flatMap((value, column) =>
          looseCell(`${value}`, false) === value ? [[`${value}`, column] as const] : [],
        ),
      )
    : undefined

/**
 * Cuts what was read into columns, as far as lines hold a plain decimal wherever a number is wanted and a known class, and
 * what is left to `other`. Undefined where the features are more than numbers.
 */
export const columnsOfLines = (
  header: readonly string[],
  { features, target }: Schema,
  delimiter: string,
  other: (item: Item) => Reading,
): ((items: readonly Item[]) => Block[]) | undefined => {
  const names = Object.keys(features)
  const label = Object.keys(target)[0]!
  const numbers = Object.values(features).every(({ kind }) => kind === 'numeric' || kind === 'cyclic')
  if (!numbers || ![...names, label].every((name) => header.includes(name))) return undefined
  const classes = classesOf(target[label]!)
  const width = names.length
  const places = header.map((name) => (name === label ? LABEL : names.indexOf(name)))
  const separator = delimiter.charCodeAt(0)
  const decimal = decimals()
  const lettersOf = letters()

  /** Reads a line to row i; false where a cell is none of the plain ones. */
  const read = ({ source, from, to }: CsvLine, x: Float64Array, y: Float64Array, i: number): boolean => {
    const own = lettersOf(source)
    let at = from
    for (let c = 0; c < places.length; c++) {
      const place = places[c]!
      let end: number
      if (place === NOWHERE || (place === LABEL && classes)) {
        end = at
        while (end < to && own[end] !== separator) end++
        if (place === LABEL) y[i] = classes!.get(source.slice(at, end)) ?? Number.NaN
      } else {
        const value = decimal.read(own, at)
        end = decimal.end
        if (place === LABEL) y[i] = value
        else {
          x[i * width + place] = value
          if (Number.isNaN(value)) return false
        }
      }
      const last = c === places.length - 1
      if (last ? end !== to : own[end] !== separator) return false
      at = end + 1
    }
    return !Number.isNaN(y[i]!)
  }

  return (items) => {
    const count = items.length
    const x = new Float64Array(count * width)
    const y = new Float64Array(count)
    const lines = new Float64Array(count)
    const plain = (i: number): boolean => {
      const item = items[i]!
      lines[i] = item.kind === 'line' ? item.line : 0
      return item.kind === 'line' && read(item, x, y, i)
    }
    const found: Block[] = []
    for (let from = 0, to = 0; from < count; from = to) {
      while (to < count && plain(to)) to++
      if (to > from) {
        const chunk = {
          kind: 'chunk',
          size: to - from,
          x: x.subarray(from * width, to * width),
          y: y.subarray(from, to),
        } as const
        found.push({ kind: 'columns', chunk, lines: lines.subarray(from, to) })
      }
      const others: Reading[] = []
      for (; to < count && (others.length === 0 || !plain(to)); to++) others.push(other(items[to]!))
      if (others.length > 0) found.push(others)
    }
    return found
  }
}
