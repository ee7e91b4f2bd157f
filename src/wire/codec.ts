/// <reference path="./msgpackr.d.ts" />
import { Packr } from 'msgpackr/index-no-eval'
import type { FieldKinds } from '../features/kinds.js'
import type { Bytes } from '../values.js'
import { MessageError } from './check.js'
import type { Message } from './messages.js'
import { readMessage } from './read.js'

/** Record structures are not shared, because a late joiner could not read them; typed arrays travel in frames. */
const packr = new Packr({
  useRecords: false,
  structuredClone: false,
  moreTypes: false,
  mapsAsObjects: true,
  int64AsType: 'number',
})

/** Returns a copy, because msgpackr gives a view of the buffer that it continues to write to. */
export const encodeMessage = (message: Message): Bytes => new Uint8Array(packr.pack(message))

/**
 * Decodes a message from bytes, and checks every part of it.
 *
 * @param kinds the kinds of fields that a description may have; 'any' accepts those that are not known here
 * @throws MessageError, and nothing else, whatever the bytes are
 */
export const decodeMessage = (bytes: Uint8Array, kinds?: FieldKinds | 'any'): Message => {
  let value: unknown
  try {
    value = packr.unpack(bytes)
  } catch (cause) {
    throw new MessageError('message: these bytes are not MessagePack.', { cause })
  }
  return readMessage(value, kinds)
}
