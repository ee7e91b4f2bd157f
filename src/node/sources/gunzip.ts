type Bytes = AsyncIterable<Uint8Array | string>

/** Passes on the bytes of a source, unpacked if they begin as gzip does. */
export async function* unzipped(source: Bytes): AsyncGenerator<Uint8Array | string> {
  const iterator = source[Symbol.asyncIterator]()
  try {
    const first = await iterator.next()
    if (first.done) return
    const all = joined(first.value, { [Symbol.asyncIterator]: () => iterator })
    const isPacked = typeof first.value !== 'string' && first.value[0] === 0x1f && first.value[1] === 0x8b
    yield* isPacked ? unpacked(all) : all
  } finally {
    await iterator.return?.()
  }
}

async function* joined(first: Uint8Array | string, rest: Bytes): AsyncGenerator<Uint8Array | string> {
  yield first
  yield* rest
}

async function* unpacked(packed: Bytes): AsyncGenerator<Uint8Array> {
  // Loading these takes a while, and few files need them.
  const [{ Readable }, { createGunzip }] = await Promise.all([import('node:stream'), import('node:zlib')])
  const source = Readable.from(packed)
  const unpacker = createGunzip()
  source.on('error', (error) => unpacker.destroy(error))
  yield* source.pipe(unpacker)
}
