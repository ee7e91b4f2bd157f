import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { Cursor, Row } from '../../values.js'
import { type Files, nodeFiles } from '../store/files.js'
import { makeFolder } from '../store/folder.js'
import { type Lock, lockFolder } from '../store/lock.js'
import type { Journal, SentRows } from './journal.js'
import { JournalError } from './journalError.js'
import { readRows } from './readRows.js'
import { encodeRecord, type KeyRecord } from './segment.js'
import { findSegments } from './segments.js'
import { createWriter } from './writer.js'

export interface JournalConfig {
  /** The field of a row that holds its cursor. Default: 'cursor'. */
  readonly cursor?: string
  /** The size in bytes at which a file is followed by another, since files are dropped as a whole. Default: 4,000,000. */
  readonly segmentBytes?: number
  /** The number of idempotency keys that are remembered. Default: 1000. */
  readonly keys?: number
  /** Whether it is only read, such as while another process appends to it. Default: false. */
  readonly readOnly?: boolean
}

/**
 * Opens a journal: a folder in which rows are kept in the order in which they came, and which gives each its cursor, 0,
 * 1, 2, … One writer at a time may have it open, until it closes it or its process ends by whatever means; others of the
 * same host are refused, or open it with `readOnly`.
 *
 * It makes a source that cannot be read again one that can. A row is flushed to the disk before it is acknowledged, with
 * what else waits for that. After a crash, an append that had not come to its end is cut off by its checksum, and the
 * model goes on from its checkpoint with the rows behind it, as if nothing had happened. `checkpoint(store, { journal })`
 * drops the files that no checkpoint needs.
 *
 * @throws JournalError, which names the file, if rows that were acknowledged are damaged; FolderInUseError, which names
 * the process, if another writer has it open; what the file system says if it cannot be read
 * @example
 * const journal = await openJournal('journal')
 * const store = fileStore('checkpoints')
 * const resumed = await resume(store, model)   // with cursor: 'cursor' among the options of createModel
 * const ingest = httpIngest({ journal, from: resumed?.cursor })
 * const saved$ = fromRows(ingest).pipe(learn(model), checkpoint(store, { every: 1000, journal }))
 */
export const openJournal = <T extends object = Row>(folder: string, config?: JournalConfig): Promise<Journal<T>> =>
  openJournalOn(nodeFiles, folder, config, lockFolder)

/** Opens the journal on a file system that may be any; `lock` keeps other writers out. */
export const openJournalOn = async <T extends object = Row>(
  files: Files,
  folder: string,
  config?: JournalConfig,
  lock?: (of: string, folder: string) => Promise<Lock>,
): Promise<Journal<T>> => {
  if (typeof folder !== 'string' || folder === '')
    throw new TypeError(`openJournal: the folder is ${shown(folder)}; expected its path, such as 'journal'.`)
  const defaults = { cursor: 'cursor', segmentBytes: 4_000_000, keys: 1000, readOnly: false }
  const { cursor: column, segmentBytes, keys: mostKeys, readOnly } = optionsOf('openJournal', config, defaults)
  checkWhole('openJournal: segmentBytes is', segmentBytes)
  checkWhole('openJournal: keys is', mostKeys)
  if (typeof column !== 'string' || column === '')
    throw new TypeError(`openJournal: cursor is ${shown(column)}; expected the name of a field, such as 'cursor'.`)
  if (typeof readOnly !== 'boolean')
    throw new TypeError(`openJournal: readOnly is ${shown(readOnly)}; expected true or false.`)

  // Whatever makes it impossible to have the folder is told when it is read or written.
  const isThere =
    lock &&
    !readOnly &&
    (await makeFolder(files, folder).then(
      () => true,
      () => false,
    ))
  const held = isThere ? await lock('openJournal', folder) : undefined
  try {
    return await openHeld<T>(files, folder, { column, segmentBytes, mostKeys, readOnly }, held)
  } catch (error) {
    await held?.release()
    throw error
  }
}

interface Opening {
  readonly column: string
  readonly segmentBytes: number
  readonly mostKeys: number
  readonly readOnly: boolean
}

const openHeld = async <T extends object>(
  files: Files,
  folder: string,
  { column, segmentBytes, mostKeys, readOnly }: Opening,
  held: Lock | undefined,
): Promise<Journal<T>> => {
  const { list, useless, keys: found, cut } = await findSegments(files, folder)
  const keys = new Map<string, SentRows>()
  const remember = ([key, digest, rows]: KeyRecord): void => {
    keys.delete(key)
    keys.set(key, { digest, rows })
    if (keys.size > mostKeys) keys.delete(keys.keys().next().value!)
  }
  found.forEach(remember)
  const last = list.at(-1)
  if (!readOnly) {
    for (const path of useless) await files.remove(path)
    if (last) {
      // What a process wrote that was killed is read here, and so it must outlast this host from now on.
      const file = await files.extend(last.path, last.size)
      await file.sync().finally(() => file.close())
    }
  }
  const newest = (): KeyRecord[] => [...keys].map(([key, { digest, rows }]) => [key, digest, rows])
  const writer = createWriter(files, folder, list, 0, segmentBytes, newest)
  const name = `journal: ${folder}`
  let isClosed = false
  let dropping: Promise<void> = Promise.resolve()

  const checkRows = (rows: readonly T[]): void => {
    if (readOnly) throw new JournalError(`${name}: it is open for reading only; expected one without readOnly.`)
    if (isClosed) throw new JournalError(`${name}: it is closed; expected an open one.`)
    if (!Array.isArray(rows)) throw new TypeError(`${name}: ${shown(rows)} is given; expected an array of rows.`)
    for (const row of rows) {
      if (typeof row !== 'object' || row === null || Array.isArray(row))
        throw new TypeError(`${name}: a row is ${shown(row)}; expected an object.`)
      if (Object.hasOwn(row, column))
        throw new TypeError(
          `${name}: a row has a field '${column}'; expected none, since the journal writes the row's cursor there: openJournal(folder, { cursor: 'another name' }).`,
        )
    }
  }
  const dropFirst = async (cursor: number): Promise<void> => {
    while (list.length > 1 && list[1]!.first <= cursor + 1) {
      // The one before is gone for good before this one goes, so that no file is ever missing between others.
      await files.syncFolder(folder)
      await files.remove(list[0]!.path).catch((error: { code?: string }) => {
        if (error.code !== 'ENOENT') throw error
      })
      list.shift()
    }
  }

  return Object.freeze<Journal<T>>({
    folder,
    column,
    get first() {
      return list[0]?.first ?? 0
    },
    get last() {
      return (list.at(-1)?.next ?? 0) - 1
    },
    cut,
    keys,
    async append(rows, sent) {
      checkRows(rows)
      if (rows.length === 0) return []
      const copies = rows.map((row) => ({ ...row }))
      const bytes = encodeRecord(copies, sent ?? {})
      return new Promise((resolve, reject) => {
        const kept = (first: number): void => {
          if (sent) remember([sent.key, sent.digest, rows.length])
          resolve(copies.map((row, i) => ({ ...row, [column]: first + i })))
        }
        writer.write(bytes, rows.length, kept, reject)
      })
    },
    rows({ after, to } = {}) {
      const from = (after === undefined ? -1 : cursorOf(name, after)) + 1
      return readRows<T>({ name, column, files, list }, from, to)
    },
    drop(cursor) {
      const upTo = cursorOf(name, cursor)
      // A file that cannot be removed takes room, and does no other harm; the next call tries again.
      dropping = dropping.then(() => dropFirst(upTo)).catch(() => {})
      return dropping
    },
    async close() {
      isClosed = true
      try {
        await writer.close()
      } finally {
        await held?.release()
      }
    },
  })
}

const cursorOf = (name: string, cursor: Cursor): number => {
  const number = typeof cursor === 'string' && cursor !== '' ? Number(cursor) : cursor
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < -1)
    throw new TypeError(`${name}: the cursor is ${shown(cursor)}; expected that of a row of the journal, such as 41.`)
  return number
}
