import { isRecord } from '../../options/isRecord.js'
import { DEEPEST, isTooDeep } from '../../options/isTooDeep.js'
import type { Rejection } from '../../records.js'
import type { Row } from '../../values.js'
import { isCode } from './cell.js'

/** A row and the line where it starts; the first line of a file is 1. */
export interface RowAt {
  readonly kind: 'row'
  readonly line: number
  readonly row: Row
  /** The texts that could not be read, by column. The row lacks these values. */
  readonly unread?: Readonly<Record<string, string>>
  /** The values as they came, where the row has others. */
  readonly kept?: Row
}

/** A row of a text, or the rejection of a part that is not a row; the cursor of the rejection is its line. */
export type Reading = RowAt | Rejection

/** Reads an object; `what` names the text in the reason of a rejection. */
export const objectIn = (text: string, line: number, what = 'line'): Reading => {
  const rejection = (reason: string): Rejection => ({ kind: 'rejection', reason, row: text, cursor: line })
  if (isTooDeep(text)) return rejection(`the ${what} is nested more than ${DEEPEST} levels deep: "${shortened(text)}"`)
  try {
    const value = parsed(text)
    if (isRecord(value)) return { kind: 'row', line, row: flattened(value as Row) }
    const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`
    return rejection(`the ${what} is ${kind}; expected an object such as {"a": 1}`)
  } catch (error) {
    const { message } = error as SyntaxError
    // Some engines quote the whole line in their message, and others only give the position.
    const at = /position (\d+)/.exec(message)?.[1]
    const where = at === undefined ? '' : ` at character ${Number(at) + 1}`
    return rejection(`the ${what} is not JSON${where}: "${shortened(text)}"`)
  }
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?\b(?:NaN|nan|Infinity|inf)\b/g

/**
 * Parses JSON. Whole numbers of more digits than a number has become texts, so that an identifier keeps all of its
 * digits; NaN and Infinity, which some programs write although they are not JSON, become null.
 */
const parsed = (text: string): unknown => {
  const repaired = (): string =>
    text.replace(tokens, (token) =>
      token.startsWith('"') ? token : /[NnI]/.test(token) ? 'null' : isCode(token) ? `"${token}"` : token,
    )
  if (/(?:^|[^.\d])\d{16}/.test(text)) return JSON.parse(repaired())
  try {
    return JSON.parse(text)
  } catch (error) {
    if (/NaN|nan|Infinity|inf/.test(text)) return JSON.parse(repaired())
    throw error
  }
}

const deepest = 16

/** Returns the row with the values of objects in it as values of its own: {"a": {"b": 1}} has the column a.b. */
export const flattened = (row: Row): Row => {
  if (!Object.values(row).some(isRecord)) return row
  const entries: [string, unknown][] = []
  const add = (object: Row, prefix: string, depth: number): void => {
    for (const [name, value] of Object.entries(object))
      if (isRecord(value) && depth < deepest) add(value, `${prefix}${name}.`, depth + 1)
      else entries.push([`${prefix}${name}`, value])
  }
  add(row, '', 1)
  return Object.fromEntries(entries)
}

/** Shortens a text for a message. */
export const shortened = (text: string, length = 40): string =>
  text.length <= length ? text : `${text.slice(0, length)}…`
