import { mixed } from './distinct.js'

const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by))
const scrambled = (block: number): number => Math.imul(rotated(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593)

/**
 * Returns the hash MurmurHash3_x86_32 of the first `length` bytes, from 0 to 2³² − 1.
 *
 * Austin Appleby, MurmurHash3 (2011), in the public domain.
 */
export const murmur3 = (bytes: ArrayLike<number>, length: number, seed: number): number => {
  let h = seed
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    const block = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    h = (Math.imul(rotated(h ^ scrambled(block), 13), 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let i = length - 1; i >= whole; i--) tail = (tail << 8) | bytes[i]
  if (length > whole) h ^= scrambled(tail)
  return mixed(h ^ length)
}

let bytes = new Uint8Array(256)
/** Returns the hash of a text's bytes in UTF-8 with the seed 0; a lone surrogate counts as U+FFFD. */
export const murmur3OfText = (text: string): number => {
  if (3 * text.length > bytes.length) bytes = new Uint8Array(6 * text.length)
  let length = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      bytes[length++] = code
      continue
    }
    if (code >= 0xd800 && code < 0xe000) {
      const low = text.charCodeAt(i + 1)
      const isPair = code < 0xdc00 && low >= 0xdc00 && low < 0xe000
      code = isPair ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0xfffd
      if (isPair) i++
    }
    if (code < 0x800) bytes[length++] = 0xc0 | (code >> 6)
    else {
      if (code < 0x10000) bytes[length++] = 0xe0 | (code >> 12)
      else {
        bytes[length++] = 0xf0 | (code >> 18)
        bytes[length++] = 0x80 | ((code >> 12) & 63)
      }
      bytes[length++] = 0x80 | ((code >> 6) & 63)
    }
    bytes[length++] = 0x80 | (code & 63)
  }
  return murmur3(bytes, length, 0)
}
