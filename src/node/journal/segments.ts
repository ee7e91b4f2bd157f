import { join } from 'node:path'
import type { Files } from '../store/files.js'
import { namesIn } from '../store/folder.js'
import { JournalError } from './journalError.js'
import { scan } from './scan.js'
import type { KeyRecord } from './segment.js'

/** A file of a journal. */
export interface Segment {
  readonly path: string
  /** The cursor of its first row. */
  readonly first: number
  /** The cursor of the row that follows its last one. */
  next: number
  /** The number of its bytes that are whole and on the disk. */
  size: number
}

export interface Segments {
  /** In the order of their rows, without a gap. */
  readonly list: Segment[]
  /** A file that was not begun whole. */
  readonly useless: readonly string[]
  /** The newest idempotency keys, the oldest first. */
  readonly keys: readonly KeyRecord[]
  /** What is cut off at the end, in words; undefined if the last append came to its end. */
  readonly cut: string | undefined
}

export const nameOf = (first: number): string => `journal-${String(first).padStart(16, '0')}.rxj`
const isName = (name: string): boolean => /^journal-\d{16}\.rxj$/.test(name)

/**
 * Finds what a journal has.
 *
 * @throws JournalError if rows that were acknowledged are damaged or missing
 */
export const findSegments = async (files: Files, folder: string): Promise<Segments> => {
  const names = (await namesIn('openJournal', files, folder)).filter(isName).sort()
  const list: Segment[] = []
  const useless: string[] = []
  let keys: KeyRecord[] = []
  let cut: string | undefined
  for (const name of names) {
    const path = join(folder, name)
    const { first, next, size, problem, isDamaged, records } = scan(await files.read(path))
    if (problem !== undefined) {
      if (isDamaged || name !== names.at(-1))
        throw new JournalError(
          `openJournal: ${path} is damaged: ${problem}, although its rows were acknowledged; expected the file as it was written: restore it from a copy, or move the journal away and begin another.`,
        )
      cut = `${path}: ${problem}; this append did not come to its end and was not acknowledged, and is cut off`
    }
    if (size === 0) {
      useless.push(path)
      continue
    }
    const expected = list.at(-1)?.next ?? first
    if (expected !== first)
      throw new JournalError(
        `openJournal: ${path} begins with row ${first}, and the file before it ends with row ${expected - 1}; expected row ${expected}: restore the file that is missing, or move the journal away and begin another.`,
      )
    list.push({ path, first, next, size })
    for (const { note, count } of records) {
      if (note.keys) keys = [...note.keys]
      if (note.key !== undefined) keys.push([note.key, note.digest ?? '', count])
    }
  }
  return { list, useless, keys, cut }
}
