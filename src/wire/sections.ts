import type { Bytes } from '../values.js'
import { FrameError } from './frameError.js'
import { readU64, writeU64 } from './u64.js'

/** The part of the model that a section holds. */
export type SectionRegion = 'parameters' | 'statistics' | 'vocabulary' | 'memoryKeys' | 'memory' | SnapshotRegion
/**
 * The further parts that a snapshot holds; `rest` is all that is not numbers or names, and `models` the frames of the
 * snapshots of several models, one after another.
 */
export type SnapshotRegion = 'slots' | 'scalars' | 'healthy' | 'rest' | 'models'
/**
 * The type of a section's elements; an element of `names` is a whole vocabulary (see names.ts), and one of `data` any
 * plain data (see data.ts).
 */
export type ElementType = 'f32' | 'f64' | 'names' | 'bytes' | 'data'
/** The encoding of the elements as bytes. */
export type Codec = 'raw'

/** A section holds `count` elements of a region, from its element `start` on. */
export interface Section {
  readonly region: SectionRegion
  readonly element: ElementType
  readonly codec: Codec
  readonly start: number
  readonly count: number
  readonly bytes: Uint8Array
}

const regions: readonly SectionRegion[] = [
  ...(['parameters', 'statistics', 'vocabulary', 'memoryKeys', 'memory'] as const),
  ...(['slots', 'scalars', 'healthy', 'rest', 'models'] as const),
]
const elements: readonly ElementType[] = ['f32', 'f64', 'names', 'bytes', 'data']
const codecs: readonly Codec[] = ['raw']

/** Statistics decide every prediction and are few, so they are always lossless. */
const allowed: Readonly<Record<SectionRegion, readonly ElementType[]>> = {
  parameters: ['f32', 'f64'],
  statistics: ['f64'],
  vocabulary: ['names'],
  memoryKeys: ['names'],
  memory: ['f64'],
  slots: ['f32', 'f64'],
  scalars: ['f64'],
  healthy: ['bytes'],
  rest: ['data'],
  models: ['bytes'],
}
const widths: Readonly<Record<ElementType, number>> = { f32: 4, f64: 8, names: 0, bytes: 1, data: 0 }

/** The number of bytes in a row of the table. */
const ROW = 40
const aligned = (at: number): number => at + ((8 - (at % 8)) % 8)

/** Returns the byte at which the last section ends if the table begins at byte `table`. */
export const sectionsEnd = (table: number, sections: readonly Section[]): number =>
  sections.reduce((at, { bytes }) => aligned(at + bytes.length), table + ROW * sections.length)

/**
 * Writes the table, a row for each section, and then the sections in the same order, each at the next multiple of 8:
 *
 *      0  u8 region   1  u8 element   2  u8 codec (each counted from 1)   3  five bytes zero
 *      8  u64 start  16  u64 count   24  u64 offset: byte of the frame   32  u64 bytes
 */
export const encodeSections = (frame: Bytes, table: number, sections: readonly Section[]): void => {
  const view = new DataView(frame.buffer)
  let at = table + ROW * sections.length
  sections.forEach((section, i) => {
    const row = table + ROW * i
    view.setUint8(row, regions.indexOf(section.region) + 1)
    view.setUint8(row + 1, elements.indexOf(section.element) + 1)
    view.setUint8(row + 2, codecs.indexOf(section.codec) + 1)
    writeU64(view, row + 8, section.start)
    writeU64(view, row + 16, section.count)
    writeU64(view, row + 24, at)
    writeU64(view, row + 32, section.bytes.length)
    frame.set(section.bytes, at)
    at = aligned(at + section.bytes.length)
  })
}

const zero = (bytes: Uint8Array, from: number, to: number): void => {
  for (let i = from; i < to; i += 1)
    if (bytes[i] !== 0) throw new FrameError(`byte ${i}, between sections, is not zero`)
}

/** @throws FrameError unless every section is of a known kind, in its place in the frame, and of the size in its row */
export const decodeSections = (frame: Uint8Array, table: number, count: number): Section[] => {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  let at = table + ROW * count
  if (at > frame.length) throw new FrameError(`a table of ${count} sections does not fit in ${frame.length} bytes`)
  /** The next element of each region: elements come in order, so that no two sections share one. */
  const next = new Map<SectionRegion, number>()
  const sections: Section[] = []
  for (let i = 0; i < count; i += 1) {
    const row = table + ROW * i
    const name = `section ${i + 1} of ${count}`
    const region = regions[frame[row] - 1]
    const element = elements[frame[row + 1] - 1]
    const codec = codecs[frame[row + 2] - 1]
    if (region === undefined || element === undefined || codec === undefined)
      throw new FrameError(`${name} has a region, type or codec that this build does not know`)
    if (!allowed[region].includes(element)) throw new FrameError(`${name}: ${region} cannot be ${element}`)
    zero(frame, row + 3, row + 8)
    const start = readU64(view, row + 8)
    const elementCount = readU64(view, row + 16)
    const offset = readU64(view, row + 24)
    const size = readU64(view, row + 32)
    if (offset !== at) throw new FrameError(`${name} begins at byte ${offset}; expected ${at}`)
    if (size > frame.length - offset) throw new FrameError(`${name} ends beyond the frame`)
    if (widths[element] > 0 && size !== elementCount * widths[element])
      throw new FrameError(
        `${name} has ${size} bytes; ${elementCount} of ${element} take ${elementCount * widths[element]}`,
      )
    if (start < (next.get(region) ?? 0)) throw new FrameError(`${name} shares elements of ${region} with one before it`)
    if (!Number.isSafeInteger(start + elementCount)) throw new FrameError(`${name} ends beyond 2⁵³`)
    next.set(region, start + elementCount)
    at = aligned(offset + size)
    if (at > frame.length) throw new FrameError(`${name} is not padded to 8 bytes`)
    zero(frame, offset + size, at)
    sections.push({ region, element, codec, start, count: elementCount, bytes: frame.subarray(offset, offset + size) })
  }
  if (at !== frame.length) throw new FrameError(`${frame.length - at} bytes follow the last section`)
  return sections
}
