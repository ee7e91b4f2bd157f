import { objectIn, type Reading } from './jsonObject.js'
import { type LineConfig, longestLine, type TextReader, tooLong } from './lines.js'

/**
 * Creates a reader of one JSON array of objects, which may be spread over lines. It emits each object as soon as it is
 * complete, and rejects any other element.
 */
export const jsonArrayReader = ({ longest = longestLine }: LineConfig = {}): TextReader<Reading> => {
  let line = 1
  /** The number of brackets and braces that are open, with that of the array itself. */
  let depth = 0
  let inText = false
  let isEscaped = false
  /** The text of the element so far, and its first line. */
  let element = ''
  let begunAt = 1
  return (piece, last) => {
    const found: Reading[] = []
    let from = 0
    const end = (to: number): void => {
      element += piece.slice(from, to)
      if (element.trim() !== '') found.push(objectIn(element.trim(), begunAt, 'element'))
      element = ''
      from = to + 1
    }
    for (let i = 0; i < piece.length; i++) {
      const mark = piece[i]
      if (mark === '\n') line++
      if (inText) {
        if (isEscaped) isEscaped = false
        else if (mark === '\\') isEscaped = true
        else if (mark === '"') inText = false
        continue
      }
      if (mark === '"') inText = true
      if (mark === '{' || mark === '[') {
        if (depth === 0) from = i + 1
        if (depth === 1) begunAt = line
        depth++
      }
      if (mark === '}' || mark === ']') {
        depth--
        if (depth === 0) end(i)
      }
      if (mark === ',' && depth === 1) end(i)
    }
    if (depth > 0) element += piece.slice(from)
    if (element.length > longest) throw tooLong(begunAt, longest)
    if (last && element.trim() !== '') found.push(objectIn(element.trim(), begunAt, 'element'))
    return found
  }
}
