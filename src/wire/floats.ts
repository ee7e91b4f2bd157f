import type { Floats } from '../values.js'

/**
 * Whether this machine is little-endian, as frames are. Nearly every machine is: bytes are then copied as they are,
 * with the payloads of NaN.
 */
const littleEndian: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Reverses each group of `width` bytes, in place. */
export const reverseEach = (bytes: Uint8Array, width: number): void => {
  for (let i = 0; i + width <= bytes.length; i += width) bytes.subarray(i, i + width).reverse()
}

/**
 * Returns the numbers as little-endian bytes. These are a view where the machine allows it, so copy them before the
 * numbers change.
 */
export const wireBytesOf = (values: Floats, little: boolean = littleEndian): Uint8Array => {
  const view = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (little) return view
  const reversed = new Uint8Array(view)
  reverseEach(reversed, values.BYTES_PER_ELEMENT)
  return reversed
}

/** Copies little-endian bytes, at any place in any buffer, into an array of numbers. */
export const floatsOf = (element: 'f32' | 'f64', bytes: Uint8Array, little: boolean = littleEndian): Floats => {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  if (!little) reverseEach(copy, element === 'f32' ? 4 : 8)
  return element === 'f32' ? new Float32Array(copy.buffer) : new Float64Array(copy.buffer)
}
