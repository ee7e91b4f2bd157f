import { crc32 } from './crc32.js'
import { FrameError } from './frameError.js'
import { decodeSections, encodeSections, type Section, sectionsEnd } from './sections.js'
import { readU64, writeU64 } from './u64.js'

/** What a frame says of the model it is from. */
export interface Stamp {
  /** The run of the server: within one epoch a step means one state. u32. */
  readonly epoch: number
  /** The check of the model's hash (see `layoutCheckOf`): which circuit and layout this is for. u32. */
  readonly layout: number
}

export interface TensorFrame extends Stamp {
  readonly kind: FrameKind
  /** Exact to 2⁵³. */
  readonly step: number
  readonly sections: readonly Section[]
}

/** `publication`: all that predict reads, as of one step boundary. */
export type FrameKind = 'publication'
const kinds: readonly FrameKind[] = ['publication']

/** "Rxg" and a byte that is no text. The first byte, 0x52, never begins a MessagePack map: so frame and message differ. */
const MAGIC = 0x01677852
export const FRAME_VERSION = 1
/** Where the table of sections begins. */
const HEADER = 40

/** Is this a frame, and not a control message? */
export const isFrame = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes[0] === (MAGIC & 255)

/** The check of a model's hash that its frames carry. */
export const layoutCheckOf = (hash: string): number => crc32(new TextEncoder().encode(hash))

/**
 * A frame: header, table of sections, sections; little-endian, everything 8-byte aligned, gaps zero.
 *
 *      0  u32 magic          4  u8 version   5  u8 kind   6  u16 number of sections
 *      8  u64 step          16  u64 length of the whole frame
 *     24  u32 epoch         28  u32 layout
 *     32  u32 crc32 of all other bytes       36  u32 zero
 *     40  40 bytes for each section: see sections.ts
 */
export const encodeFrame = (frame: TensorFrame): Uint8Array<ArrayBuffer> => {
  const { step, sections } = frame
  if (!Number.isSafeInteger(step) || step < 0) throw new FrameError(`step is ${step}; expected 0 to 2⁵³ − 1`)
  if (sections.length > 0xffff) throw new FrameError(`${sections.length} sections; a frame holds 65,535`)
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
 * Reads a frame at any place in any buffer. Everything is checked before anything is given: magic, version, lengths,
 * checksum, each section's place and size, and that no two share bytes or elements. The sections' bytes are views.
 *
 * @throws FrameError
 */
export const decodeFrame = (bytes: Uint8Array): TensorFrame => {
  if (bytes.length < HEADER) throw new FrameError(`${bytes.length} bytes; the header alone has ${HEADER}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC) throw new FrameError('it does not begin as a frame does')
  const version = view.getUint8(4)
  if (version !== FRAME_VERSION) throw new FrameError(`it is of version ${version}; this build reads ${FRAME_VERSION}`)
  const length = readU64(view, 16)
  if (length !== bytes.length) throw new FrameError(`it says ${length} bytes and has ${bytes.length}`)
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
