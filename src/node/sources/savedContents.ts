import { emptyCensus } from './census.js'
import type { Content, Contents } from './content.js'
import { dressedIn, type NumberForm } from './numberForm.js'
import { dayOrderOf } from './readDate.js'

/** What reading needs to know of a column, as plain data. */
export interface SavedContent {
  readonly name: string
  readonly holds: Content['holds']
  readonly form: NumberForm
  /** Whether some of its values are texts, beside which those that are written as numbers are texts as well. */
  readonly hasTexts: boolean
  /** One of its dates, which tells whether the day or the month comes first. */
  readonly date?: string
}

/** A date that can be read in both orders. */
const OPEN = '1/2/2000'

/** Returns the date that tells the most about the order of day and month. */
const tellingDate = (texts: readonly string[]): string | undefined =>
  texts.find((text) => dayOrderOf([text, OPEN]).ambiguous === undefined) ?? dayOrderOf(texts).ambiguous ?? texts[0]

/** Returns what reading needs to know of the columns, so that another input is read as this one is. */
export const saveContents = (contents: Contents): SavedContent[] =>
  Array.from(contents, ([name, content]) => {
    const { holds, form, census, present } = content
    const seen = holds === 'numbers' ? present : census.numbers + census.codes + census.texts
    const date = holds === 'dates' ? tellingDate([...census.words.keys()]) : undefined
    const hasTexts = seen > census.numbers - census.numbersInText
    return { name, holds, form: { ...form }, hasTexts, ...(date !== undefined && { date }) }
  })

/** Returns contents by which columns are read as those were from which they were saved. */
export const loadContents = (saved: readonly SavedContent[]): Contents =>
  new Map(
    saved.map(({ name, holds, form, hasTexts, date }) => {
      const census = { ...emptyCensus(), numbers: Number(!hasTexts), texts: Number(hasTexts) }
      if (date !== undefined) census.words.set(date, 1)
      const dressed = dressedIn(new Map(), form.decimal)
      return [name, { census, dressed, form, holds, marks: [], present: 1 }]
    }),
  )
