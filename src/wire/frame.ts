import type { Bytes } from '../values.js'
import { crc32 } from './crc32.js'
import { FrameError } from './frameError.js'
import { decodeSections, encodeSections, type Section, sectionsEnd } from './sections.js'
import { readU64, writeU64 } from './u64.js'

/** What a frame says about the model that it belongs to. */
export interface Stamp {
  /** The run of the server, as u32: within one epoch, a step means one state. */
  readonly epoch: number
  /** The check value of the model's hash, as u32; it identifies the circuit and its layout (see `layoutCheckOf`). */
  readonly layout: number
}

export interface TensorFrame extends Stamp {
  readonly kind: FrameKind
  /** A whole number below 2⁵³. */
  readonly step: number
  readonly sections: readonly Section[]
}

/**
 * A `publication` is everything that `predict` reads, as of the end of one step; a `snapshot` is everything that a
 * model has learned, and `byKey` what the models of several keys have; neither of these travels to a page.
 */
export type FrameKind = 'publication' | 'snapshot' | 'byKey'
const kinds: readonly FrameKind[] = ['publication', 'snapshot', 'byKey']

/**
 * "Rxg", and a byte that is not text. The first byte, 0x52, never begins a MessagePack map, so that a frame cannot be
 * mistaken for a message.
 */
const MAGIC = 0x01677852
export const FRAME_VERSION = 1
/** The byte at which the table of sections begins. */
const HEADER = 40

/** Tells whether the bytes are a frame rather than a message. */
export const isFrame = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes[0] === (MAGIC & 255)

/** Returns the check value of a model's hash, which its frames carry. */
export const layoutCheckOf = (hash: string): number => crc32(new TextEncoder().encode(hash))

/**
 * Encodes a frame: a header, the table of sections, and the sections. Everything is little-endian and aligned to 8
 * bytes, and the gaps are zero.
 *
 *      0  u32 magic          4  u8 version   5  u8 kind   6  u16 number of sections
 *      8  u64 step          16  u64 length of the whole frame
 *     24  u32 epoch         28  u32 layout
 *     32  u32 crc32 of all other bytes       36  u32 zero
 *     40  40 bytes for each section: see sections.ts
 */
export const encodeFrame = (frame: TensorFrame): Bytes => {
  const { step, sections } = frame
  if (!Number.isSafeInteger(step) || step < 0) throw new FrameError(`step is ${step}; expected 0 to 2⁵³ − 1`)
  if (sections.length > 0xffff) throw new FrameError(`it has ${sections.length} sections; expected at most 65,535`)
  const length = sectionsEnd(HEADER, sections)
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint8(4, FRAME_VERSION)
  view.setUint8(5, kinds.indexOf(frame.kind) + 1)
  view.setUint16(6, sections.length, true)
  writeU64(view, 8, step)
  writeU64(view, 16, length)
  view.setUint32(24, frame.epoch, true)
  view.setUint32(28, frame.layout, true)
  encodeSections(bytes, HEADER, sections)
  view.setUint32(32, sumOf(bytes), true)
  return bytes
}

/**
 * Reads a frame at any place in any buffer. Everything is checked before anything is returned: magic, version, lengths,
 * checksum, each section's place and size, and that no two sections share bytes or elements. Their bytes are views.
 *
 * @throws FrameError
 */
export const decodeFrame = (bytes: Uint8Array): TensorFrame => {
  if (bytes.length < HEADER) throw new FrameError(`it has ${bytes.length} bytes; its header alone takes ${HEADER}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC) throw new FrameError('it does not begin as a frame does')
  const version = view.getUint8(4)
  if (version !== FRAME_VERSION) throw new FrameError(`its version is ${version}; this build reads ${FRAME_VERSION}`)
  const length = readU64(view, 16)
  if (length !== bytes.length) throw new FrameError(`its length should be ${length} bytes; it has ${bytes.length}`)
  const sum = sumOf(bytes)
  if (view.getUint32(32, true) !== sum) throw new FrameError('the checksum differs: it was changed on the way')
  const kind = kinds[view.getUint8(5) - 1]
  if (kind === undefined) throw new FrameError(`its kind is ${view.getUint8(5)}; expected 1 to ${kinds.length}`)
  if (view.getUint32(36, true) !== 0) throw new FrameError('reserved bytes are not zero')
  const sections = decodeSections(bytes, HEADER, view.getUint16(6, true))
  return {
    kind,
    epoch: view.getUint32(24, true),
    layout: view.getUint32(28, true),
    step: readU64(view, 8),
    sections,
  }
}

const sumOf = (bytes: Uint8Array): number => crc32(bytes, 36, bytes.length, crc32(bytes, 0, 32))
