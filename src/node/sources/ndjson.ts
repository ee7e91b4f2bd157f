import { optionsOf } from '../../options/optionsOf.js'
import type { Rejection } from '../../records.js'
import type { Row } from '../../values.js'
import { type LineConfig, lineReader, longestLine, type TextReader } from './lines.js'

/** A row and the line where it starts; the first line of a file is 1. */
export interface RowAt {
  readonly kind: 'row'
  readonly line: number
  readonly row: Row
}

/** A row of a text, or the rejection of a part that is not a row; the cursor of the rejection is its line. */
export type Reading = RowAt | Rejection

/** Creates a reader of one JSON object per line. Blank lines are skipped; a line that is not an object is rejected. */
export const ndjsonReader = (config?: LineConfig): TextReader<Reading> => {
  const lines = lineReader(optionsOf('ndjsonReader', config, { longest: longestLine }))
  let line = 0
  return (piece, last) => {
    const found: Reading[] = []
    for (const text of lines(piece, last)) {
      line++
      if (text !== '' && text.trim() !== '') found.push(reading(text, line))
    }
    return found
  }
}

const reading = (text: string, line: number): Reading => {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { kind: 'row', line, row: value as Row }
    const what = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`
    return {
      kind: 'rejection',
      reason: `the line is ${what}; expected an object such as {"a": 1}`,
      row: text,
      cursor: line,
    }
  } catch (error) {
    const { message } = error as SyntaxError
    // Some engines quote the whole line in their message, and others only give the position.
    const at = /position (\d+)/.exec(message)?.[1]
    const where = at === undefined ? '' : ` at character ${Number(at) + 1}`
    return { kind: 'rejection', reason: `the line is not JSON${where}: ${shortened(text)}`, row: text, cursor: line }
  }
}

/** Shortens a text for a message. */
export const shortened = (text: string, length = 40): string =>
  text.length <= length ? text : `${text.slice(0, length)}…`
