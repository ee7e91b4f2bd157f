import { isAscii } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { shown } from '../../options/shown.js'
import { type Encoding, encodingOf, withBeginning } from './encoding.js'
import { unzipped } from './gunzip.js'
import { InputError, noFile, ROWS } from './inputError.js'

/** A path, `-` for stdin, or any source of bytes or text that arrives piece by piece. */
export type Input = string | AsyncIterable<Uint8Array | string>

export interface ReadConfig {
  /** Ends reading without an error, as if the input had ended. */
  readonly signal?: AbortSignal
  /** Is told the size of each piece that is read, in bytes as they are stored. */
  readonly onRead?: (bytes: number) => void
}

/** Refuses what is neither a path nor a stream. */
export const checkInput = (by: string, input: unknown): void => {
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: atOnce } = Object(input) as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >
  const isStream = typeof (later ?? atOnce) === 'function' && !ArrayBuffer.isView(input)
  if (typeof input !== 'string' && !isStream)
    throw new TypeError(
      `${by}: the input is ${shown(input)}; expected a path, - for stdin, or a stream of text or bytes.`,
    )
}

/** Returns the name of an input for messages. */
export const nameOf = (input: Input): string => (input === '-' || typeof input !== 'string' ? 'the input' : input)

/**
 * Reads text as it arrives. It is decoded from UTF-8, or from UTF-16 if it begins as that does, across the boundaries of
 * pieces, without a byte order mark, and is unpacked first if it is compressed with gzip.
 *
 * @throws InputError if the input cannot be opened or is not text
 */
export async function* readText(input: Input, { signal, onRead }: ReadConfig = {}): AsyncGenerator<string> {
  if (signal?.aborted) return
  const stream = input === '-' ? process.stdin : typeof input === 'string' ? createReadStream(input) : input
  const stop = (): void => {
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy()
  }
  signal?.addEventListener('abort', stop, { once: true })
  let decoder: InstanceType<typeof TextDecoder> | undefined
  let begun = false
  let encoding: Encoding = 'utf-8'
  // ASCII needs no decoder, and is read ten times as fast without one.
  const decoded = (bytes: Uint8Array): string => {
    if (decoder === undefined && encoding === 'utf-8' && isAscii(bytes)) {
      begun ||= bytes.length > 0
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    }
    // A byte order mark is one only at the very start.
    decoder ??= new TextDecoder(encoding, { ignoreBOM: begun })
    return decoder.decode(bytes, { stream: true })
  }
  let first = true
  try {
    for await (const piece of withBeginning(unzipped(counted(stream, onRead)))) {
      if (first && typeof piece !== 'string') encoding = encodingOf(piece, nameOf(input))
      const text = typeof piece !== 'string' ? decoded(piece) : first ? withoutMark(piece) : piece
      first = false
      if (text !== '') yield text
      if (signal?.aborted) return
    }
    const rest = decoder?.decode()
    if (rest) yield rest
  } catch (error) {
    if (signal?.aborted) return
    throw unreadable(error, nameOf(input))
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

async function* counted(
  source: AsyncIterable<Uint8Array | string>,
  onRead: ReadConfig['onRead'],
): AsyncGenerator<Uint8Array | string> {
  for await (const piece of source) {
    if (typeof piece !== 'string' && !(piece instanceof Uint8Array))
      throw new TypeError(`the input: a piece of it is ${shown(piece)}; expected text or bytes.`)
    onRead?.(piece.length)
    yield piece
  }
}

const withoutMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)

/** Returns the error that says what is wrong with a file that cannot be read, and what was expected in its place. */
export const unreadable = (error: unknown, name: string, expected: string = ROWS): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return noFile(name, expected)
  if (code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR')
    return new InputError(`${name} is damaged or cut short, so that gzip cannot unpack it; copy or download it again.`)
  if (code === 'EISDIR') return new InputError(`${name} is a folder; name ${expected}.`)
  if (code === 'EACCES' || code === 'EPERM')
    return new InputError(`this user may not read ${name}; change its permissions, or name another file.`)
  return error
}
