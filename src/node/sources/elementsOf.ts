import { RequestError } from '../http/answer.js'

/** The largest number of marks that are looked at before the reader is asked whether it goes on. */
const MOST_MARKS = 4096

const marks = /["[\]{},]/g

/**
 * Cuts the text of a JSON array into the texts of its elements, each of which is JSON exactly if the whole is. Within a
 * long element it gives undefined now and then.
 *
 * @returns undefined if the text is no array
 * @throws RequestError where the array does not end, or something follows it
 */
export const elementsOf = (text: string): Iterable<string | undefined> | undefined => {
  const begin = /^[ \t\n\r]*\[/.exec(text)?.[0].length
  return begin === undefined ? undefined : cut(text, begin)
}

function* cut(text: string, begin: number): Generator<string | undefined> {
  const find = new RegExp(marks)
  find.lastIndex = begin
  let from = begin
  let depth = 1
  let looked = 0
  for (let mark = find.exec(text); mark; mark = find.exec(text)) {
    const { 0: letter, index } = mark
    if (letter === '"') find.lastIndex = endOfText(text, index)
    else if (letter === '{' || letter === '[') depth++
    else if (letter !== ',') depth--
    if (depth === 0) {
      if (letter !== ']') throw new RequestError(400, 'the body is not JSON: the array ends with a brace.')
      const last = text.slice(from, index)
      // An array of nothing has no element, but after a comma there has to be one.
      if (from > begin || last.trim() !== '') yield last
      if (/[^ \t\n\r]/.test(text.slice(index + 1)))
        throw new RequestError(400, 'the body is not JSON: something follows the array.')
      return
    }
    if (letter === ',' && depth === 1) {
      yield text.slice(from, index)
      from = index + 1
    } else if (++looked % MOST_MARKS === 0) yield undefined
  }
  throw new RequestError(400, 'the body is not JSON: the array does not end.')
}

/** Returns the place behind the text that begins at a quote; behind everything, if it does not end. */
const endOfText = (text: string, begin: number): number => {
  for (let end = text.indexOf('"', begin + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end + 1
  }
  return text.length
}
