import { type FileHandle, open, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { InputError } from '../sources/inputError.js'
import { unreadable } from '../sources/text.js'
import { type FileHead, fileHead, type HeadConfig } from './fileHead.js'
import { cutShort } from './openPieces.js'

const SIZE = 65_536

/** A piece of a file, or `last`, which says that no more will come of this file. */
export interface Grown {
  readonly head: FileHead
  readonly bytes: Buffer
  readonly last: boolean
}

/** Waits, and returns false if it was aborted meanwhile. */
export const waited = (ms: number, signal: AbortSignal): Promise<boolean> =>
  sleep(ms, undefined, { signal }).then(
    () => true,
    () => false,
  )

const opened = async (path: string, everyMs: number, signal: AbortSignal): Promise<FileHandle | undefined> => {
  for (;;) {
    try {
      return await open(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(error, path)
    }
    if (!(await waited(everyMs, signal))) return undefined
  }
}

/**
 * Yields a file from an offset on as it grows, and ends when the path is another file (rotation: what is still written
 * to the old one within `everyMs` is read first) or when the file begins anew (truncation).
 *
 * @param wait waits for so many milliseconds, and resolves to false if it was aborted meanwhile
 */
export async function* growing(
  path: string,
  offset: number,
  everyMs: number,
  signal: AbortSignal,
  config: HeadConfig,
  wait: typeof waited = waited,
): AsyncGenerator<Grown> {
  const file = await opened(path, everyMs, signal)
  if (file === undefined) return
  try {
    const own = await file.stat()
    if (own.isDirectory()) throw unreadable(Object.assign(new Error(), { code: 'EISDIR' }), path)
    if (own.size < offset) throw cutShort(path, offset)
    let head: FileHead | undefined
    /** What was read before the head was complete. */
    let begun = Buffer.alloc(0)
    let position = 0
    let isLast = false
    let hasWaited = false
    const buffer = Buffer.alloc(SIZE)
    while (!signal.aborted) {
      const { bytesRead } = await file.read(buffer, 0, SIZE, position)
      if (signal.aborted) return
      // A file that was begun anew may be longer than before already: what was read is then no part of it.
      if (hasWaited && bytesRead > 0 && head !== undefined && !(await isSame(file, head, path, config))) return
      hasWaited = false
      position += bytesRead
      const piece = buffer.subarray(0, bytesRead)
      if (head === undefined && (bytesRead > 0 || isLast)) {
        begun = Buffer.concat([begun, piece])
        if (begun[0] === 0x1f && begun[1] === 0x8b)
          throw new InputError(`${path} is compressed, so that it cannot grow; leave follow out, or name another file.`)
        head = fileHead(begun, isLast, path, config)
        if (head === undefined && bytesRead > 0) continue
        if (head !== undefined) {
          const start = Math.max(head.start, offset)
          yield { head, bytes: begun.subarray(start), last: isLast }
          position = Math.max(position, start)
          if (isLast) return
          continue
        }
      } else if (head !== undefined && (bytesRead > 0 || isLast)) {
        yield { head, bytes: piece, last: isLast && bytesRead === 0 }
        if (bytesRead > 0) continue
      }
      if (isLast) return
      if (!(await wait(everyMs, signal))) return
      const now = await file.stat()
      if (now.size < position) return
      hasWaited = true
      const there = await stat(path).catch(() => undefined)
      // A path without a file is one whose new file is still to come.
      isLast = there !== undefined && (there.ino !== own.ino || there.dev !== own.dev)
      // Whoever writes the old file may notice a little later that it was renamed.
      if (isLast && !(await wait(everyMs, signal))) return
    }
  } finally {
    await file.close()
  }
}

/** Tells whether a file still begins as it did. */
const isSame = async (file: FileHandle, head: FileHead, path: string, config: HeadConfig): Promise<boolean> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(head.end), 0, head.end, 0)
  return fileHead(buffer.subarray(0, bytesRead), true, path, config)?.print === head.print
}
