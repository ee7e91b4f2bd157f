import { InputError } from './inputError.js'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** The number of bytes by which UTF-16 without a byte order mark can be told from UTF-8, and of those that are looked at. */
const LEAST = 4
const MOST = 1024

/** Passes on pieces, of which the first has at least four bytes unless the input is shorter. */
export async function* withBeginning(pieces: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array | string> {
  let start: Uint8Array | undefined = new Uint8Array()
  for await (const piece of pieces) {
    if (start === undefined) yield piece
    else if (typeof piece === 'string') {
      if (start.length > 0) yield start
      start = undefined
      yield piece
    } else {
      start = start.length === 0 ? piece : Buffer.concat([start, piece])
      if (start.length < LEAST) continue
      yield start
      start = undefined
    }
  }
  if (start !== undefined && start.length > 0) yield start
}

/**
 * Finds how a text is encoded from how it begins: by its byte order mark, or, as in UTF-16 without one, by zeros in every
 * second byte.
 *
 * @throws InputError if it has zero bytes in other places, as no text has
 */
export const encodingOf = (bytes: Uint8Array, name: string): Encoding => {
  const [a, b] = bytes
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  const begun = bytes.subarray(0, MOST)
  for (let i = 0; i < begun.length; i++) if (begun[i] === 0) zeros[i % 2]++
  const [even, odd] = zeros as [number, number]
  if (even + odd === 0) return 'utf-8'
  const most = begun.length / 4
  if (even === 0 && odd > most) return 'utf-16le'
  if (odd === 0 && even > most) return 'utf-16be'
  throw new InputError(`${name} is not text, because it has zero bytes; expected NDJSON or CSV in UTF-8.`)
}
