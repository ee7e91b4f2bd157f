import { type WasmMemory, webAssembly } from '../../kernels/webAssembly.js'
import { textBytes } from './bytes.js'

/** A part of every line: a text, and after it the number that a column has for the row, or the text it chooses. */
export interface LinePart {
  readonly before: string
  readonly column?: Float64Array
  /** Where the first row's number stands, and how far the next row's is. Default 0 and 1. */
  readonly first?: number
  readonly stride?: number
  /** What is written instead of the numbers 0, 1, … */
  readonly texts?: readonly string[]
}

/** Lines of so many rows, in UTF-8; `other` writes the row that has another number than a plain one. */
export type LineWriter = (parts: readonly LinePart[], size: number, other: (row: number) => string) => Uint8Array

interface Exports {
  readonly memory: WasmMemory
  free(): number
  lines(parts: number, count: number, from: number, to: number, into: number): number
  written(): number
}

/** The most letters of a number. */
const longest = 32
const PART = 24
const encoder = new TextEncoder()

/**
 * Writes lines from columns of numbers, each number as `${number}`: five times as quickly as by joining texts. Undefined
 * where the host has no WebAssembly.
 */
export const createLineWriter = (): LineWriter | undefined => {
  const api = webAssembly()
  if (!api) return undefined
  const { memory, free, lines, written } = new api.Instance(new api.Module(textBytes()), {}).exports as Exports
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
    // parts, texts and columns one after another, then the lines; each on 8 bytes
    let at = (free() + 7) & ~7
    const take = (bytes: number): number => {
      const place = at
      at = (at + bytes + 7) & ~7
      return place
    }
    const partsAt = take(parts.length * PART)
    const places = new Map<unknown, number>()
    for (const [text, { length }] of texts) places.set(text, take(length))
    for (const column of columns) places.set(column, take(column.byteLength))
    const choices = parts.map(({ texts: more = [] }) => take(8 * more.length))
    const into = take(size * bytesOfRow)
    if (at > memory.buffer.byteLength) memory.grow(Math.ceil((at - memory.buffer.byteLength) / 65536))
    const bytes = new Uint8Array(memory.buffer)
    const words = new Uint32Array(memory.buffer)
    for (const [text, letters] of texts) bytes.set(letters, places.get(text)!)
    for (const column of columns) new Float64Array(memory.buffer, places.get(column)!, column.length).set(column)
    parts.forEach(({ before, column, first = 0, stride = 1, texts: more = [] }, p) => {
      const from = column ? places.get(column)! + 8 * first : 0
      const part = [places.get(before)!, lengthOf(before), from, 8 * stride, more.length && choices[p]!, more.length]
      words.set(part, (partsAt + p * PART) >> 2)
      words.set(
        more.flatMap((text) => [places.get(text)!, lengthOf(text)]),
        choices[p]! >> 2,
      )
    })
    const found: Uint8Array[] = []
    for (let row = 0; row < size; row++) {
      row = lines(partsAt, parts.length, row, size, into)
      found.push(bytes.slice(into, written()))
      if (row < size) found.push(encoder.encode(other(row)))
    }
    return found.length === 1 ? found[0]! : Buffer.concat(found)
  }
}
