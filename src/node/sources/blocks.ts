import type { Field } from '../../features/field.js'
import type { Chunk, Rejection } from '../../records.js'
import { textKernel } from '../text/kernel.js'
import type { CsvLine, CsvRecord } from './csv.js'
import type { Reading } from './ndjson.js'
import type { Schema } from './schema.js'

/** Rows that consist of numbers only, which a model learns in one call. */
export interface RowColumns {
  readonly kind: 'columns'
  readonly chunk: Chunk & { readonly y: Float64Array }
  /** The line of each row; the first line of a file is 1. */
  readonly lines: Float64Array
}

/** Consecutive rows: either as columns, or one by one together with the rejections among them. */
export type Block = RowColumns | readonly Reading[]

/** Turns each array of readings into one block. */
export async function* asBlocks(pieces: AsyncIterable<readonly Reading[]>): AsyncGenerator<readonly Block[]> {
  for await (const readings of pieces) yield [readings]
}

export type Item = CsvLine | CsvRecord | Rejection
// These constants describe the input of the kernel, and equal those in src/node/text/assembly/read.ts.
const NOWHERE = -1
const LABEL = -2
const FORM_BYTES = 40

/** Returns the names of a target's classes, in the order of their columns; undefined for one that no cell can have. */
const namesOf = (target: Field): readonly (string | undefined)[] | undefined =>
  target.names?.().values.map((value) => (`${value}`.trim() === `${value}` ? `${value}` : undefined))

/**
 * Joins the lines among the items into one text. The spans are the start and end of each line in it; 0 for other items.
 */
const textOf = (items: readonly Item[]): { text: string; spans: Uint32Array } => {
  const spans = new Uint32Array(2 * items.length)
  let text = ''
  for (let i = 0; i < items.length; ) {
    const first = items[i]
    if (first.kind !== 'line') {
      i++
      continue
    }
    const shift = text.length - first.from
    let end = first.to
    for (; i < items.length; i++) {
      const item = items[i]
      if (item.kind !== 'line') continue
      if (item.source !== first.source) break
      spans[2 * i] = item.from + shift
      end = item.to
      spans[2 * i + 1] = end + shift
    }
    text += first.source.slice(first.from, end)
  }
  return { text, spans }
}

/**
 * Creates a function that turns consecutive items into blocks. A line becomes part of the columns if it has a plain
 * decimal wherever a number is expected, and a known class; any other item is read by `other`.
 * @returns undefined if a feature is not just a number, or if the host has no WebAssembly
 */
export const columnsOfLines = (
  header: readonly string[],
  { features, target }: Schema,
  delimiter: string,
  other: (item: Item) => Reading,
): ((items: readonly Item[]) => Block[]) | undefined => {
  const fields = Object.keys(features)
  const label = Object.keys(target)[0]
  const numbers = Object.values(features).every(({ copy }) => copy === undefined)
  const kernel = textKernel()
  if (!kernel || !numbers || ![...fields, label].every((name) => header.includes(name))) return undefined
  const names = namesOf(target[label])
  const joinedNames = names?.map((name = '') => name).join('') ?? ''
  const width = fields.length
  const places = header.map((name) => (name === label ? LABEL : fields.includes(name) ? fields.indexOf(name) : NOWHERE))

  return (items) => {
    const count = items.length
    const { text, spans } = textOf(items)
    const [form, placesAt, namesAt, joinedNamesAt, lettersAt, spansAt, xAt, yAt] = kernel.room([
      ...[FORM_BYTES, 4 * header.length, 8 * (names?.length ?? 0), 2 * joinedNames.length],
      ...[2 * text.length, spans.byteLength, 8 * count * width, 8 * count],
    ]) as [number, number, number, number, number, number, number, number]
    const { buffer } = kernel.memory
    const letters = Buffer.from(buffer)
    const words = new Int32Array(buffer)
    letters.write(joinedNames, joinedNamesAt, 'utf16le')
    letters.write(text, lettersAt, 'utf16le')
    words.set(places, placesAt >> 2)
    words.set(spans, spansAt >> 2)
    let at = joinedNamesAt
    names?.forEach((name, i) => {
      words.set([at, name === undefined ? -1 : name.length], (namesAt >> 2) + 2 * i)
      at += 2 * (name?.length ?? 0)
    })
    const named = names === undefined ? [0, 0] : [namesAt, names.length]
    const shape = [placesAt, header.length, delimiter.charCodeAt(0), width]
    words.set([...shape, ...named, lettersAt, spansAt, xAt, yAt], form >> 2)

    const ends: number[] = []
    for (let row = 0; row < count; row = ends[ends.length - 1] + 1) ends.push(kernel.read(form, row, count))
    const x = new Float64Array(buffer, xAt, count * width).slice()
    const y = new Float64Array(buffer, yAt, count).slice()
    const lines = Float64Array.from(items, (item) => (item.kind === 'line' ? item.line : 0))
    const found: Block[] = []
    let from = 0
    let others: Reading[] = []
    for (const to of ends) {
      if (to > from) {
        if (others.length > 0) found.push(others)
        others = []
        const chunk = {
          kind: 'chunk',
          size: to - from,
          x: x.subarray(from * width, to * width),
          y: y.subarray(from, to),
        } as const
        found.push({ kind: 'columns', chunk, lines: lines.subarray(from, to) })
      }
      if (to < count) others.push(other(items[to]))
      from = to + 1
    }
    if (others.length > 0) found.push(others)
    return found
  }
}
