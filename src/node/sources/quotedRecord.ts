const QUOTE = 34
const NEWLINE = 10
export const CARRIAGE_RETURN = 13
const BACKSLASH = 92
const SPACE = 32
const TAB = 9

/** The cells of a record, which of them were quoted, and the place behind its line end. */
interface Quoted {
  readonly cells: string[]
  readonly quoted: boolean[]
  readonly end: number
}

/** Why a record cannot be read, and up to where it was. */
interface Broken {
  readonly reason: string
  readonly until: number
}

/**
 * Reads the record that starts at `at`. Returns why it cannot be read, or undefined if its end has not arrived yet.
 *
 * Quotes are doubled within quotes. Only where a record cannot be read so, and has a quote behind a backslash, the
 * backslash escapes it: "C:\" is a folder, and "50\" wide" a size.
 */
export const quotedRecord = (
  text: string,
  at: number,
  delimiter: string,
  last: boolean,
): Quoted | string | undefined => {
  const doubled = recordWith(text, at, delimiter, last, false)
  if (doubled === undefined || 'cells' in doubled) return doubled
  if (!text.slice(at, doubled.until).includes('\\"')) return doubled.reason
  const escaped = recordWith(text, at, delimiter, last, true)
  return escaped === undefined || 'cells' in escaped ? escaped : doubled.reason
}

const recordWith = (
  text: string,
  at: number,
  delimiter: string,
  last: boolean,
  escapes: boolean,
): Quoted | Broken | undefined => {
  const cells: string[] = []
  const quoted: boolean[] = []
  const separator = delimiter.charCodeAt(0)
  for (let i = at; ; i++) {
    const opening = afterSpaces(text, i, separator)
    const isQuoted = text.charCodeAt(opening) === QUOTE
    if (isQuoted) {
      let cell = ''
      i = opening
      for (let from = i + 1; ; from = i + 1) {
        i = text.indexOf('"', from)
        if (i < 0) {
          if (!last) return undefined
          return { reason: `the quote of cell ${cells.length + 1} is not closed`, until: text.length }
        }
        cell += text.slice(from, i)
        if (escapes && isEscaped(text, from, i)) cell += '"'
        else if (text.charCodeAt(++i) === QUOTE) cell += '"'
        else break
      }
      i = afterSpaces(text, i, separator)
      if (text.charCodeAt(i) === CARRIAGE_RETURN && (text.charCodeAt(i + 1) === NEWLINE || i + 1 === text.length)) i++
      cells.push(escapes ? cell.replace(/\\(["\\])/g, '$1') : cell)
    } else {
      const from = i
      while (i < text.length && text.charCodeAt(i) !== separator && text.charCodeAt(i) !== NEWLINE) i++
      const ends = i === text.length || text.charCodeAt(i) === NEWLINE
      cells.push(text.slice(from, ends && i > from && text.charCodeAt(i - 1) === CARRIAGE_RETURN ? i - 1 : i))
    }
    quoted.push(isQuoted)
    if (i >= text.length) return last ? { cells, quoted, end: text.length } : undefined
    if (text.charCodeAt(i) === NEWLINE) return { cells, quoted, end: i + 1 }
    if (text.charCodeAt(i) !== separator)
      return { reason: `there is text after the closing quote of cell ${cells.length}`, until: i }
  }
}

/** Returns the place behind the spaces and tabs from `at` on, unless they are what separates cells. */
const afterSpaces = (text: string, at: number, separator: number): number => {
  let i = at
  for (let letter = text.charCodeAt(i); letter === SPACE || letter === TAB; letter = text.charCodeAt(i)) {
    if (letter === separator) break
    i++
  }
  return i
}

/** Tells whether an odd number of backslashes stands before a quote, within the piece of its cell from `from` on. */
const isEscaped = (text: string, from: number, at: number): boolean => {
  let i = at
  while (i > from && text.charCodeAt(i - 1) === BACKSLASH) i--
  return (at - i) % 2 === 1
}
