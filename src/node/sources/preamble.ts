import { numberOf } from './cell.js'
import { delimiterOf } from './csv.js'

/** What stands before the header of a CSV file. */
export interface Preamble {
  /** The number of characters and lines to skip. */
  readonly length: number
  readonly lines: number
  /** The delimiter, if the file names one in a first line such as `sep=;`. */
  readonly delimiter?: string
}

const line = /[^\n]*\n/y
/** Matches the line with which spreadsheets are told the delimiter. */
const named = /^\s*"?sep=(.)"?\s*$/i
const comment = /^\s*(?:#|\/\/)/

/**
 * Finds the blank lines, the comments and the line `sep=;` before a header. A line that begins with # is the header if
 * numbers follow it.
 *
 * @param isWhole whether the text is all there is
 * @returns undefined if the text may have to be longer
 */
export const preambleOf = (text: string, isWhole: boolean): Preamble | undefined => {
  let at = 0
  let lines = 0
  let delimiter: string | undefined
  const done = (length: number): Preamble => ({ length, lines, ...(delimiter !== undefined && { delimiter }) })
  for (; at < text.length; lines++) {
    line.lastIndex = at
    const found = line.exec(text)?.[0]
    if (found === undefined) return isWhole ? done(at) : undefined
    const next = at + found.length
    const mark = named.exec(found.trimEnd())?.[1]
    if (mark !== undefined && delimiter === undefined) delimiter = mark
    else if (comment.test(found)) {
      line.lastIndex = next
      const following = line.exec(text)?.[0] ?? (isWhole ? text.slice(next) : undefined)
      if (following === undefined) return undefined
      if (isHeader(found, following)) return done(at)
    } else if (found.trim() !== '') return done(at)
    at = next
  }
  return isWhole ? done(at) : undefined
}

/** Tells whether the first of two lines names the columns of the second, which has as many cells and a number. */
const isHeader = (first: string, second: string): boolean => {
  if (comment.test(second)) return false
  const delimiter = delimiterOf(first)
  const cells = second.split(delimiter)
  return cells.length === first.split(delimiter).length && cells.some((cell) => numberOf(cell) !== undefined)
}
