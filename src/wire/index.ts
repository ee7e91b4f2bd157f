export { MessageError } from './check.js'
export { decodeMessage, encodeMessage } from './codec.js'
export { crc32 } from './crc32.js'
export {
  decodeFrame,
  encodeFrame,
  FRAME_VERSION,
  type FrameKind,
  isFrame,
  layoutCheckOf,
  type Stamp,
  type TensorFrame,
} from './frame.js'
export { FrameError } from './frameError.js'
export * from './messages.js'
export { decodePublication, encodePublication, type Received } from './publication.js'
export { readMessage } from './read.js'
export type { Codec, ElementType, Section, SectionRegion } from './sections.js'
export { decodeSnapshot, encodeSnapshot } from './snapshot.js'
