import { join } from 'node:path'
import type { Files, OpenFile } from '../store/files.js'
import { makeFolder } from '../store/folder.js'
import { encodeRecord, headerOf, type KeyRecord, place } from './segment.js'
import { nameOf, type Segment } from './segments.js'

/** A record that waits to be written, and whom to tell. */
interface Waiting {
  readonly bytes: Uint8Array
  readonly count: number
  readonly kept: (first: number) => void
  readonly failed: (error: unknown) => void
}

export interface Writer {
  /**
   * Writes a record of so many rows.
   *
   * @param kept is told the cursor of the first row once the record is on the disk, in the order of the calls
   * @param failed is told why it may not be
   */
  write(bytes: Uint8Array, count: number, kept: (first: number) => void, failed: (error: unknown) => void): void
  /** Waits until all is written, and closes the file. */
  close(): Promise<void>
}

/** The most bytes that are written at once, unless one record has more. */
const GROUP = 2 ** 20

/**
 * Appends records to the last file of a journal. What comes while others are being flushed is written and flushed
 * together, so that many senders share one wait for the disk.
 *
 * @param list the files of the journal; the writer adds those that it begins, and moves the end of the last one
 */
export const createWriter = (
  files: Files,
  folder: string,
  list: Segment[],
  start: number,
  segmentBytes: number,
  keys: () => readonly KeyRecord[],
): Writer => {
  let waiting: Waiting[] = []
  let working: Promise<void> | undefined
  let file: OpenFile | undefined
  let isThere = list.length > 0

  const leave = async (): Promise<void> => {
    const left = file
    file = undefined
    await left?.close()
  }
  /** Begins a file, which is on the disk with its name before any row is in it. */
  const begin = async (): Promise<void> => {
    if (!isThere) await makeFolder(files, folder)
    isThere = true
    const first = list.at(-1)?.next ?? start
    const path = join(folder, nameOf(first))
    file = await files.create(path)
    const newest = keys()
    const record = newest.length > 0 ? encodeRecord([], { keys: newest }) : new Uint8Array()
    if (record.length > 0) place(record, 0, first)
    const head = Buffer.concat([headerOf(first), record])
    await file.write(head)
    await file.sync()
    await files.syncFolder(folder)
    list.push({ path, first, next: first, size: head.length })
  }
  /** Opens the last file at the end of what is known to be on the disk: whatever is behind that was not acknowledged. */
  const open = async (): Promise<void> => {
    const last = list.at(-1)
    if (last === undefined || last.size >= segmentBytes) {
      await leave()
      await begin()
    } else file ??= await files.extend(last.path, last.size)
  }
  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      await open()
      const last = list.at(-1)!
      let { next } = last
      for (const { bytes, count } of group) {
        place(bytes, last.size, next)
        next += count
      }
      const bytes = group.length === 1 ? group[0]!.bytes : Buffer.concat(group.map((each) => each.bytes))
      await file!.write(bytes)
      await file!.sync()
      last.size += bytes.length
      let first = last.next
      last.next = next
      for (const { count, kept } of group) {
        kept(first)
        first += count
      }
    } catch (error) {
      // After a failure nobody knows what is on the disk; the next append cuts it off.
      await leave().catch(() => {})
      for (const { failed } of group) failed(error)
    }
  }
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      let count = 0
      for (let bytes = 0; count < waiting.length && (count === 0 || bytes < GROUP); count++)
        bytes += waiting[count]!.bytes.length
      const group = waiting.slice(0, count)
      waiting = waiting.slice(count)
      await writeGroup(group)
    }
    working = undefined
  }
  return {
    write(bytes, count, kept, failed) {
      waiting.push({ bytes, count, kept, failed })
      // What else comes in this turn is written together with it.
      working ??= Promise.resolve().then(work)
    },
    async close() {
      while (working) await working
      await leave()
    },
  }
}
