import { objectIn, type Reading } from './jsonObject.js'
import { type LineConfig, longestLine, type TextReader, tooLong } from './lines.js'

export interface JsonObjectsConfig extends LineConfig {
  /** The number of the first line. Default: 1. */
  readonly firstLine?: number
}

/** Stands before each object in the sequences of RFC 7464. */
export const RECORD_SEPARATOR = '\u001e'

/** Tells whether a letter may stand between objects. */
const isBetween = (mark: string): boolean => mark === ',' || mark === RECORD_SEPARATOR || mark.trim() === ''

/**
 * Creates a reader of JSON objects that may be spread over lines, as `jq` writes them, or follow one another in a line.
 * It emits each object as soon as it is complete. What is no object is rejected, up to where one can begin again: behind
 * a line end within a text or outside of objects, and at a brace where JSON has none.
 */
export const jsonObjectsReader = ({
  longest = longestLine,
  firstLine = 1,
}: JsonObjectsConfig = {}): TextReader<Reading> => {
  let line = firstLine
  /** The brackets and braces that are open, the outermost first. */
  let open = ''
  let inText = false
  let isEscaped = false
  /** The last letter that is no space. */
  let latest = ''
  /** The text of the object so far, and its first line; undefined between objects. */
  let element: string | undefined
  let begunAt = firstLine
  return (piece, last) => {
    const found: Reading[] = []
    let from = 0
    const end = (to: number): void => {
      found.push(objectIn(`${element}${piece.slice(from, to)}`.trim(), begunAt, 'object'))
      element = undefined
      open = ''
      inText = false
      isEscaped = false
    }
    for (let i = 0; i < piece.length; i++) {
      const mark = piece[i]
      if (mark === '\n') {
        if (element !== undefined && (inText || open === '')) end(i)
        line++
      } else if (inText) {
        if (isEscaped) isEscaped = false
        else if (mark === '\\') isEscaped = true
        else if (mark === '"') inText = false
        continue
      }
      if (element !== undefined && mark === '{' && open.endsWith('{') && latest !== ':') end(i)
      if (element === undefined) {
        if (isBetween(mark)) continue
        element = ''
        from = i
        begunAt = line
      }
      if (mark === '"') inText = true
      else if (mark === '{' || mark === '[') open += mark
      else if (mark === '}' || mark === ']') {
        open = open.slice(0, -1)
        if (open === '') end(i + 1)
      }
      if (mark === ',' || !isBetween(mark)) latest = mark
    }
    if (element !== undefined) element += piece.slice(from)
    if (element !== undefined && element.length > longest) throw tooLong(begunAt, longest)
    if (last && element !== undefined) {
      from = piece.length
      end(piece.length)
    }
    return found
  }
}
