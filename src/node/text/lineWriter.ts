import { textKernel } from './kernel.js'

/** A part of every line: a text, followed by the row's number in a column, or by the text that this number selects. */
export interface LinePart {
  readonly before: string
  readonly column?: Float64Array
  /** The index of the first row's number, and the distance to that of the next row. Default: 0 and 1. */
  readonly first?: number
  readonly stride?: number
  /** The texts that are written instead of the numbers 0, 1, … */
  readonly texts?: readonly string[]
}

/** Writes the lines of `size` rows, in UTF-8. `other` writes a row with a number that the kernel does not write. */
export type LineWriter = (parts: readonly LinePart[], size: number, other: (row: number) => string) => Uint8Array

/** The largest number of letters in a number. */
const longest = 32
/** The size in bytes of a `Part` in assembly/index.ts. */
const PART = 24
/** The largest size of a block in bytes. A block that could exceed it is written by `other`. */
const MOST_BYTES = 67108864
const encoder = new TextEncoder()

/**
 * Creates a writer of lines from columns of numbers, each written as `${number}`. It is five times as fast as joining
 * texts.
 *
 * @returns undefined if the host has no WebAssembly
 */
export const createLineWriter = (): LineWriter | undefined => {
  const kernel = textKernel()
  if (!kernel) return undefined
  const { memory, lines, written } = kernel
  return (parts, size, other) => {
    const texts = new Map<string, Uint8Array>()
    for (const { before, texts: more = [] } of parts)
      for (const text of [before, ...more]) texts.set(text, encoder.encode(text))
    const columns = new Set(parts.flatMap(({ column }) => (column ? [column] : [])))
    const lengthOf = (text: string): number => texts.get(text)!.length
    const bytesOfRow = parts.reduce(
      (sum, part) => sum + lengthOf(part.before) + Math.max(longest, ...(part.texts ?? []).map(lengthOf)),
      0,
    )
    if (size * bytesOfRow > MOST_BYTES)
      return encoder.encode(Array.from({ length: size }, (_, row) => other(row)).join(''))
    const [partsAt, into, ...places] = kernel.room([
      parts.length * PART,
      size * bytesOfRow,
      ...[...texts.values(), ...columns].map(({ byteLength }) => byteLength),
      ...parts.map(({ texts: more = [] }) => 8 * more.length),
    ]) as [number, number, ...number[]]
    const placeOf = new Map<unknown, number>([...texts.keys(), ...columns].map((thing, i) => [thing, places[i]]))
    const choices = places.slice(placeOf.size)
    const bytes = new Uint8Array(memory.buffer)
    const words = new Uint32Array(memory.buffer)
    for (const [text, letters] of texts) bytes.set(letters, placeOf.get(text))
    for (const column of columns) new Float64Array(memory.buffer, placeOf.get(column), column.length).set(column)
    parts.forEach(({ before, column, first = 0, stride = 1, texts: more = [] }, p) => {
      const from = column ? placeOf.get(column)! + 8 * first : 0
      const part = [placeOf.get(before)!, lengthOf(before), from, 8 * stride, more.length && choices[p], more.length]
      words.set(part, (partsAt + p * PART) >> 2)
      words.set(
        more.flatMap((text) => [placeOf.get(text)!, lengthOf(text)]),
        choices[p] >> 2,
      )
    })
    const found: Uint8Array[] = []
    for (let row = 0; row < size; ) {
      const end = lines(partsAt, parts.length, row, size, into)
      found.push(bytes.slice(into, written()))
      if (end < size) found.push(encoder.encode(other(end)))
      row = end + 1
    }
    return found.length === 1 ? found[0] : Buffer.concat(found)
  }
}
