import { seenIn } from './census.js'
import { type Content, mostlyNumeric } from './content.js'
import { dressedIn, dressedNumber, readNumber } from './numberForm.js'

const mostWords = 5
const row = (count: number): string => (count === 1 ? 'row' : 'rows')
export const nameCount = (count: number): string => `${count} ${count === 1 ? 'name' : 'names'}`

/** Writes `"a"`, `"a" and "b"` or `"a", "b" and 3 more`. */
const listed = (texts: readonly string[]): string => {
  const quoted = texts.slice(0, mostWords).map((text) => `"${text}"`)
  if (texts.length > mostWords) return `${quoted.join(', ')} and ${texts.length - mostWords} more`
  return quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`
}

/** Says so if one of the texts was not UTF-8: its other letters are lost, and two names may have become one. */
export const undecodedNote = (texts: Iterable<string>): string | undefined => {
  for (const text of texts)
    if (text.includes('\ufffd'))
      return `"${text}" has letters that are not UTF-8; convert the input, as in iconv -f WINDOWS-1252 -t UTF-8 FILE | rxgrad learn - …`
  return undefined
}

/** Returns the texts that are numbers in no form, the most frequent first, and how often they occur. */
const wordsIn = ({ census, dressed }: Content): (readonly [text: string, times: number])[] =>
  [...census.words].filter(([text]) => readNumber(text, dressed.form) === undefined).sort(([, a], [, b]) => b - a)

const sumOf = (words: readonly (readonly [string, number])[]): number =>
  words.reduce((sum, [, times]) => sum + times, 0)

/** Says how the values of a numeric column are read, wherever that is not obvious. */
export const numberNotes = (name: string, content: Content, json: boolean): string[] => {
  const { census, dressed, form } = content
  const notes: string[] = []
  const { count, example } = dressed
  if (count > 0) {
    const isAmbiguous = form.decimal === 'point' && /^\d+,\d{3}$/.test(example)
    const other = isAmbiguous ? `; --decimal comma reads it as ${dressedNumber(example, 'comma')?.value}` : ''
    notes.push(`${name} is numeric: "${example}" is read as ${readNumber(example, form)}${other}`)
  }
  if (json && census.numbersInText > 0)
    notes.push(
      `${name} is numeric, and its texts are read as numbers ("${census.textNumber}" in ${census.numbersInText} of ${seenIn(census)} ${row(seenIn(census))})`,
    )
  if (census.codes > 0)
    notes.push(
      `${name} is numeric, so "${census.code}" is read as ${Number(census.code)}; ${name}:category keeps the text`,
    )
  return [...notes, ...missingNotes(name, content), ...nestedNotes(name, content)]
}

/** Says which texts count as missing among numbers. */
export const missingNotes = (name: string, content: Content): string[] => {
  const words = wordsIn(content)
  const rows = seenIn(content.census)
  if (words.length === 0) return []
  const texts = listed(words.map(([text]) => text))
  return [
    `${texts} in ${name} ${words.length === 1 ? 'counts' : 'count'} as missing (in ${sumOf(words)} of ${rows} ${row(rows)})`,
  ]
}

/** Says in how many rows a value is an object or an array, which no field reads. */
export const nestedNotes = (name: string, { census }: Content): string[] => {
  const { nested } = census
  const rows = seenIn(census) + nested
  return nested === 0
    ? []
    : [`${name} has an object or an array in ${nested} of ${rows} ${row(rows)}, which counts as missing`]
}

/** Says why a column is not numeric although people would read its values as numbers, if that can be changed. */
export const unreadNumbers = ({ census, dressed, form, present }: Content): string | undefined => {
  const enough = mostlyNumeric * present
  if (form.decimal === 'point') {
    const { count, example } = dressedIn(census.words, 'comma')
    if (census.numbers + count >= enough && count > 0)
      return `${count} of ${present} values are numbers with a decimal comma ("${example}"), which --decimal comma reads`
  }
  const { inAnyUnit, units, example } = dressed
  if (units.length > 1 && census.numbers + inAnyUnit >= enough)
    return `its values are numbers in several units (${listed(units)}, as in "${example}"); write them all in one unit`
  return undefined
}

/** Says which texts would have to count as missing if a column were to be numeric, if they are few. */
export const wordsAmongNumbers = (content: Content): string | undefined => {
  const { census, dressed, present } = content
  const words = wordsIn(content)
  const numbers = census.numbers + dressed.count
  // If most values are names, the few numbers beside the most frequent name say nothing.
  if (numbers === 0 || numbers * 2 < present || words.length === 0) return undefined
  for (let k = 1; k <= Math.min(mostWords, words.length); k++) {
    const some = words.slice(0, k)
    if (numbers < mostlyNumeric * (present - sumOf(some))) continue
    const texts = some.map(([text]) => text)
    return `${listed(texts)} ${k === 1 ? 'is' : 'are'} in ${sumOf(some)} of ${seenIn(census)} ${row(seenIn(census))}: --missing "${texts.join(',')}" would make it numeric`
  }
  return undefined
}

/** Returns both as one text; undefined if there is nothing to say. */
export const almostNumeric = (content: Content): string | undefined =>
  unreadNumbers(content) ?? wordsAmongNumbers(content)
