import type { Content, Contents } from '../../sources/content.js'
import type { RowAt } from '../../sources/index.js'
import { dayOrderOf, readDate } from '../../sources/readDate.js'

/** The values of a column that could not be read, and count as missing. */
export interface Unread {
  readonly name: string
  readonly count: number
  /** The first of them, and its line. */
  readonly text: string
  readonly line: number
}

/** Says why a value could not be read, and what becomes of others like it. */
const whyUnread = (text: string, content: Content | undefined): string => {
  if (content?.holds !== 'dates') return ', not a number; such values count as missing'
  const { dayFirst } = dayOrderOf([text])
  // Only an order that the first rows left open is decided by a later date.
  const isReadNow =
    dayOrderOf(content.census.words.keys()).ambiguous !== undefined && readDate(text, dayFirst, 0) !== undefined
  if (!isReadNow) return ', not a date; such values count as missing'
  const [now, before] = dayFirst ? ['day', 'month'] : ['month', 'day']
  return `, so the ${now} comes first, and is read so from here on; the rows before were read with the ${before} first`
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
          tell(`line ${line}: ${name} is ${JSON.stringify(text.slice(0, 40))}${whyUnread(text, contents.get(name))}`)
        }
    },
  }
}
