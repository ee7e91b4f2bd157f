import { category } from '../../features/category.js'
import type { Field } from '../../features/field.js'
import { numeric } from '../../features/numeric.js'
import { text } from '../../features/text.js'
import { seenIn } from './census.js'
import { almostNumeric, missingNotes, nameCount, nestedNotes, numberNotes } from './columnNotes.js'
import type { Content } from './content.js'
import { inferTime, timeNote } from './inferTime.js'
import { InputError } from './inputError.js'
import { columnName } from './schema.js'

/** If more than this share of a text column's values are new, in at least `enoughRows` rows, the column is a key. */
const mostlyNew = 0.9
const enoughRows = 20
/** If more than this share are new, and most have at least three words, a text column is free text. */
const oftenNew = 0.3
const wordsOfText = 3
/** A category with more names than this comes with a note. */
const manyNames = 100

/** The largest number of a text's characters that a note shows. */
const SHOWN = 60
const shortened = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`)

const withHint = (text: string, hint: string | undefined): string => (hint === undefined ? text : `${text}; ${hint}`)

/** Tells whether a column is free text: many of its values are new, and most are of several words. */
const isFreeText = (content: Content): boolean => {
  const { holds, census } = content
  const { words, distinct } = census
  const seen = seenIn(census)
  if (holds !== 'names' || seen < enoughRows || distinct.size <= oftenNew * seen) return false
  if (almostNumeric(content) !== undefined) return false
  let long = 0
  for (const text of words.keys()) if (text.trim().split(/\s+/).length >= wordsOfText) long++
  return long > words.size / 2
}

/** Returns why a column cannot be a feature by itself, or undefined if it can. */
export const reasonToOmit = (content: Content): string | undefined => {
  const { holds, census, epoch } = content
  const { distinct, example, most } = census
  const seen = seenIn(census)
  if (inferTime(content, false) !== undefined) return undefined
  if (holds === 'objects') return 'it has objects or arrays'
  if (holds === 'nothing') return 'it has no value in the first rows'
  if (holds === 'dates') return `it looks like a date that says nothing yet (${example === '' ? most : `"${example}"`})`
  if (holds === 'epoch') return `it looks like a time in ${epoch} since 1970 that says nothing yet (${most})`
  if (holds === 'numbers' || seen < enoughRows || isFreeText(content)) return undefined
  if (distinct.size > mostlyNew * seen)
    return withHint(`nearly every value is new ("${example || most}")`, almostNumeric(content))
  return undefined
}

/** What is known of a column, besides what it holds. */
export interface ColumnSite {
  readonly name: string
  /** Whether its rows are JSON. */
  readonly json: boolean
  /** Whether it was named as the column of times. */
  readonly isTime: boolean
}

/**
 * Infers the field of a feature, and adds notes on what a user might not expect.
 *
 * @throws InputError if it was named as the column of times, and holds none
 */
export const inferFeature = ({ name, json, isTime }: ColumnSite, content: Content, notices: string[]): Field => {
  const { holds, census, epoch } = content
  const time = inferTime(content, isTime)
  if (time !== undefined) {
    notices.push(timeNote(name, content, time), ...nestedNotes(name, content))
    return time.field
  }
  if (isTime)
    throw new InputError(
      `--time "${name}": expected dates, or numbers since 1970; it has ${census.example === '' ? 'none' : `"${census.example}"`}.`,
    )
  if (holds === 'numbers' || holds === 'epoch') {
    if (epoch !== undefined) notices.push(`${name} looks like a time in ${epoch} since 1970; it is read as a number`)
    notices.push(...numberNotes(name, content, json))
    return numeric()
  }
  if (holds === 'marks') {
    notices.push(
      ...missingNotes(name, content),
      `${name} is numeric, in case numbers come; ${columnName(name)}:category makes it a category`,
    )
    return numeric()
  }
  notices.push(...nestedNotes(name, content))
  if (isFreeText(content)) {
    notices.push(
      `${name} is free text ("${shortened(census.example)}"): its words are read; --without ${columnName(name)} leaves it out`,
    )
    return text()
  }
  const { size } = census.distinct
  const wanted = 2 ** Math.ceil(Math.log2(4 * size))
  const what = `${name} is a category of ${nameCount(size)}`
  const hint = almostNumeric(content)
  if (holds === 'dates') notices.push(`${what}, although it looks like a date (${census.example || census.most})`)
  else if (hint !== undefined) notices.push(`${what}, not numeric; ${hint}`)
  else if (size > manyNames) notices.push(`${what}, with room for ${wanted}; --without ${name} leaves it out`)
  return wanted > 64 ? category({ capacity: wanted }) : category()
}
