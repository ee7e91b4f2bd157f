import type { Bytes } from '../values.js'

/**
 * A message of Protocol Buffers as plain data: its fields in order, each with its number and its value. A number is a
 * varint; a text, bytes and a message in the message are preceded by their length.
 */
export type Message = readonly (readonly [field: number, value: Encodable | undefined])[]
export type Encodable = number | string | Uint8Array | Message

const VARINT = 0
const LENGTH_DELIMITED = 2

const texts = new TextEncoder()

/**
 * Returns the bytes of a whole number of at least −2⁵³, seven bits in a byte, the lowest first. A negative one takes ten,
 * because it stands for its complement to 2⁶⁴.
 */
export const varint = (value: number): number[] => {
  if (!Number.isSafeInteger(value)) throw new RangeError(`varint: the number is ${value}; expected a whole one.`)
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128 || rest < 0; rest = Math.floor(rest / 128)) {
    // Beyond its own digits, a negative number consists of ones, of which the tenth byte holds the last.
    if (bytes.length === 9) return [...bytes, 1]
    bytes.push((((rest % 128) + 128) % 128) + 128)
  }
  bytes.push(rest)
  return bytes
}

const joined = (parts: readonly ArrayLike<number>[]): Bytes => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/**
 * Encodes a message. A field that is undefined is left out.
 * @see https://protobuf.dev/programming-guides/encoding
 */
export const encodeMessage = (message: Message): Bytes => {
  const parts: ArrayLike<number>[] = []
  const delimited = (field: number, bytes: ArrayLike<number>): void => {
    parts.push(varint(field * 8 + LENGTH_DELIMITED), varint(bytes.length), bytes)
  }
  for (const [field, value] of message) {
    if (value === undefined) continue
    if (typeof value === 'number') parts.push(varint(field * 8 + VARINT), varint(value))
    else if (typeof value === 'string') delimited(field, texts.encode(value))
    else delimited(field, value instanceof Uint8Array ? value : encodeMessage(value))
  }
  return joined(parts)
}
