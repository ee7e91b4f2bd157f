import type { Floats } from '../values.js'

/** Frames are little-endian. So is nearly every machine: then bytes are copied as they are, NaN payloads and all. */
const littleEndian: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Turns each `width` bytes round, in place. */
export const reverseEach = (bytes: Uint8Array, width: number): void => {
  for (let i = 0; i + width <= bytes.length; i += width) bytes.subarray(i, i + width).reverse()
}

/** The numbers as little-endian bytes: a view where the machine allows it, so copy before the numbers change. */
export const wireBytesOf = (values: Floats, little: boolean = littleEndian): Uint8Array => {
  const view = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  if (little) return view
  const turned = new Uint8Array(view)
  reverseEach(turned, values.BYTES_PER_ELEMENT)
  return turned
}

/** Little-endian bytes, at any place in any buffer, as numbers of their own. */
export const floatsOf = (element: 'f32' | 'f64', bytes: Uint8Array, little: boolean = littleEndian): Floats => {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  if (!little) reverseEach(copy, element === 'f32' ? 4 : 8)
  return element === 'f32' ? new Float32Array(copy.buffer) : new Float64Array(copy.buffer)
}
