import type { Cursor, Row } from '../../values.js'

/** What was sent under an idempotency key: its digest, and the number of its rows. */
export interface SentRows {
  readonly digest: string
  readonly rows: number
}

/** Rows on a disk, in the order in which they came, each with its place. `openJournal` opens one. */
export interface Journal<T extends object = Row> {
  /** The path of its folder. */
  readonly folder: string
  /** The field of a row that holds its cursor. */
  readonly column: string
  /** The cursor of the first row that is there. */
  readonly first: number
  /** The cursor of the last row that is on the disk, or `first` − 1 if there is none. */
  readonly last: number
  /** What was cut off when it was opened, in words: an append that had not come to its end. */
  readonly cut: string | undefined
  /** The newest idempotency keys, the oldest first. */
  readonly keys: ReadonlyMap<string, SentRows>
  /**
   * Appends rows, all or none; it resolves once they are on the disk, with a copy of each that has its cursor.
   *
   * @throws TypeError for rows that are no plain data or have a field of the cursor's name; what the file system says if
   * they cannot be written, and they are then not there unless the process ends at once
   */
  append(rows: readonly T[], sent?: { readonly key: string; readonly digest: string }): Promise<readonly T[]>
  /**
   * Reads the rows behind a cursor up to `to`, by default the last one as of now, each with its cursor.
   *
   * @throws JournalError if some of them are not there any more, or if the cursor is behind the end
   */
  rows(range?: { readonly after?: Cursor | undefined; readonly to?: number }): AsyncIterable<T>
  /** Drops the files that have no row behind a cursor. */
  drop(cursor: Cursor): Promise<void>
  /** Waits until all that was appended is on the disk, and closes the file. Later rows are refused. */
  close(): Promise<void>
}
