import type { Contents } from '../sources/content.js'
import type { RowAt } from '../sources/index.js'

/** The values of a column that could not be read, and count as missing. */
export interface Unread {
  readonly name: string
  readonly count: number
  /** The first of them, and its line. */
  readonly text: string
  readonly line: number
}

/** Counts the values that could not be read, by column. */
export interface UnreadLog {
  readonly columns: readonly Unread[]
  hear(rows: readonly RowAt[]): void
}

/**
 * Creates a log that tells, once for each column, of a value that could not be read although the first rows had none
 * like it: a live stream may change after a thousand rows.
 */
export const openUnreadLog = (contents: Contents, tell: (text: string) => void): UnreadLog => {
  const columns = new Map<string, Unread>()
  const told = new Set<string>()
  return {
    get columns() {
      return [...columns.values()]
    },
    hear: (rows) => {
      for (const { line, unread } of rows)
        for (const [name, text] of Object.entries(unread ?? {})) {
          const before = columns.get(name)
          columns.set(name, before ? { ...before, count: before.count + 1 } : { name, count: 1, text, line })
          if (told.has(name) || contents.get(name)?.census.words.has(text)) continue
          told.add(name)
          tell(
            `line ${line}: ${name} is ${JSON.stringify(text.slice(0, 40))}, not a number; such values count as missing`,
          )
        }
    },
  }
}
