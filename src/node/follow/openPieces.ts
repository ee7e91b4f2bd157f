import { createReadStream } from 'node:fs'
import { unzipped } from '../sources/gunzip.js'
import { InputError } from '../sources/inputError.js'
import { unreadable } from '../sources/text.js'
import { type FileHead, fileHead, type HeadConfig } from './fileHead.js'

/** Yields the bytes of a file from an offset on, unpacked if it is compressed with gzip. */
export async function* openPieces(path: string, offset: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const stream = createReadStream(path)
  const stop = (): void => {
    stream.destroy()
  }
  signal?.addEventListener('abort', stop, { once: true })
  let at = 0
  try {
    for await (const piece of unzipped(stream)) {
      const bytes = piece as Buffer
      const skipped = Math.min(bytes.length, Math.max(0, offset - at))
      at += bytes.length
      if (skipped < bytes.length) yield bytes.subarray(skipped)
      if (signal?.aborted) return
    }
  } catch (error) {
    if (!signal?.aborted) throw unreadable(error, path)
  } finally {
    signal?.removeEventListener('abort', stop)
    stream.destroy()
  }
  if (at < offset && !signal?.aborted) throw cutShort(path, offset)
}

export const begin = 'leave from out to begin with its first row.'

/** Creates the error for a file that ends before a cursor. */
export const cutShort = (path: string, offset: number): InputError =>
  new InputError(`${path} ends before byte ${offset}, where the cursor is, so that rows of it are gone; ${begin}`)

/** Reads the head of a file; undefined if its first row has not ended yet. */
export const headOf = async (path: string, config: HeadConfig): Promise<FileHead | undefined> => {
  let bytes = Buffer.alloc(0)
  for await (const piece of openPieces(path, 0)) {
    bytes = Buffer.concat([bytes, piece])
    const head = fileHead(bytes, false, path, config)
    if (head !== undefined) return head
    if (bytes.length > 4 * config.longest) break
  }
  return fileHead(bytes, true, path, config)
}
