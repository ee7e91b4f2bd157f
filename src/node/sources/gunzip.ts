import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

type Bytes = AsyncIterable<Uint8Array | string>

/** Passes on the bytes of a source, unpacked if they begin as gzip does. */
export async function* unzipped(source: Bytes): AsyncGenerator<Uint8Array | string> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    const first = await iterator.next()
    if (first.done) return
    const rest: Bytes = { [Symbol.asyncIterator]: () => iterator }
    const all = joined(first.value, rest)
    if (typeof first.value === 'string' || first.value[0] !== 0x1f || first.value[1] !== 0x8b) yield* all
    else {
      const packed = Readable.from(all)
      const unpacked = createGunzip()
      packed.on('error', (error) => unpacked.destroy(error))
      yield* packed.pipe(unpacked)
    }
  } finally {
    await iterator.return?.()
  }
}

async function* joined(first: Uint8Array | string, rest: Bytes): AsyncGenerator<Uint8Array | string> {
  yield first
  yield* rest
}
