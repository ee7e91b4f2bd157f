import { type Field, isDerived, readsOf } from '../../features/field.js'
import type { TimeField } from '../../features/time.js'
import { didYouMean } from '../../options/nearest.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { Row } from '../../values.js'
import { numberNotes, undecodedNote } from './columnNotes.js'
import { type Contents, contentsOf } from './content.js'
import { cellOf } from './fieldText.js'
import { inferFeature, reasonToOmit } from './inferFeature.js'
import { inferSeason, seasonNote } from './inferSeason.js'
import { inferTarget } from './inferTarget.js'
import { unitNotes, windowNotes } from './inferTime.js'
import { InputError } from './inputError.js'
import { keyReason, rowNumberNote } from './keyColumn.js'
import { refuseUnremembered } from './remembered.js'
import type { Column, Schema } from './schema.js'
import { textColumns, withTexts } from './textColumns.js'

export interface InferConfig {
  readonly target: Column
  /** The features, in this order. Default: every other column that can be a feature. */
  readonly features?: readonly Column[]
  /** The column of times, which is a feature even if its values do not look like times. */
  readonly time?: string
  /** Columns of free text, which are features even if their values do not look like it; `text()` without a kind. */
  readonly text?: readonly Column[]
  /** The columns to leave out. */
  readonly without?: readonly string[]
  /**
   * Whether the rows are JSON. If so, they may lack columns, so that a column whose kind was given need not be in the
   * first rows; and numbers in quotes come with a note.
   */
  readonly json?: boolean
  /** Whether it is no error if no feature is left, because others are added. Default: false. */
  readonly mayBeEmpty?: boolean
}

export interface InferredSchema extends Schema {
  /** The decisions that a user might not expect, one line each. */
  readonly notices: readonly string[]
  /** After how many rows the stream probably repeats itself, and the notice that says why. */
  readonly season?: { readonly rows: number; readonly notice: string }
}

/** The names of the columns, and the texts in each that are no numbers. */
function* textsIn(contents: Contents): Generator<string> {
  for (const [name, { census }] of contents) {
    yield name
    yield* census.words.keys()
  }
}

/** Returns the columns that a column's field reads; a field with a memory reads other columns. */
const readBy = ({ name, field }: Column): readonly Column[] =>
  field === undefined ? [{ name }] : readsOf(name, field).map((read) => ({ name: read, field }))

/**
 * Infers from the first rows of a stream what its columns are. A kind that was given is kept.
 *
 * A feature is `numeric()` if at least nine tenths of its values are numbers, even if they are all the same; its other
 * values count as missing, and so do marks such as NA and ?. Numbers may have thousands separators or one unit, as in
 * $1,100. Texts and booleans are a `category()` with room for at least four times the names seen, and never for fewer
 * than 64; but texts of which many are new and most have several words are a `text()`, with a notice. Dates, and
 * numbers that look like times since 1970, are a `time()` of the parts in which they differ. A column is left out, with
 * a notice, if nearly every text is new, as in a key; if it is named id and each of its whole numbers is new; if it
 * holds times that differ in no part; if more than a tenth of its values are objects or arrays; or if it has no value.
 * A column that rises by 1 with each row comes with a notice.
 *
 * A target of texts or booleans, or of only 0 and 1, is a category of the names seen, in sorted order; any other target
 * is numeric.
 *
 * @param from the first rows, or what their columns hold, as a table has found it
 * @throws InputError if a named column does not exist, if no feature is left, or if the target cannot be learned
 */
export const inferSchema = (from: readonly Row[] | Contents, config: InferConfig): InferredSchema => {
  const defaults = {
    ...{ target: { name: '' }, features: undefined, time: undefined, text: [], without: [] },
    ...{ json: false, mayBeEmpty: false },
  }
  const { target, features: named, time, text, without, json, mayBeEmpty } = optionsOf('inferSchema', config, defaults)
  if (named !== undefined && !Array.isArray(named))
    throw new TypeError(`inferSchema: features is ${shown(named)}; expected a list such as [{ name: 'power' }].`)
  if (!Array.isArray(text))
    throw new TypeError(`inferSchema: text is ${shown(text)}; expected a list such as [{ name: 'body' }].`)
  checkGiven(from, [target, ...(named ?? []), ...text], without)
  const contents = Array.isArray(from) ? contentsOf(from) : (from as Contents)
  const names = [...contents.keys()]
  for (const column of named ?? []) refuseUnremembered(column, contents, named ?? [])
  const notices: string[] = []
  const undecoded = undecodedNote(textsIn(contents))
  if (undecoded !== undefined) notices.push(undecoded)
  const texts = textColumns(text, { target: target.name, time, without })
  const features = named && withTexts(withTime(named, time), texts)
  const mentioned = [
    target,
    ...(features ?? withTexts(withTime([], time), texts)),
    ...without.map((name): Column => ({ name })),
  ]
  const absent = new Set<string>()
  for (const { name, field } of mentioned.flatMap(readBy))
    if (!contents.has(name) && !absent.has(name)) {
      if (!json || field === undefined) throw unknownColumn(name, names)
      notices.push(`${name} is in none of the first rows; it counts as missing until a row has it`)
      absent.add(name)
    }
  const asFeature = features?.some(({ name }) => name === target.name) ? 'features' : 'time'
  if (asFeature === 'features' || time === target.name)
    throw new InputError(
      `"${target.name}" is the target, so it cannot be a feature as well; remove it from --${asFeature}.`,
    )
  const [nothing] = contentsOf([{ nothing: undefined }]).values()
  const contentOf = (name: string) => contents.get(name) ?? nothing
  const featureOf = (name: string, field: Field | undefined): Field => {
    if (field === undefined) return inferFeature({ name, json, isTime: name === time }, contentOf(name), notices)
    notices.push(...windowNotes(name, field, contents))
    const isTime = cellOf(field) === 'time'
    if (name === time && !isTime)
      throw new InputError(`"${name}" is a ${field.kind}, so it cannot be the column of times; remove --time.`)
    if (isTime) notices.push(...unitNotes(name, field as TimeField, contentOf(name)))
    else if (cellOf(field) === 'number' && !isDerived(field)) notices.push(...numberNotes(name, contentOf(name), json))
    return field
  }
  const found: [string, Field][] = []
  const others = names.filter((name) => name !== target.name).map((name): Column => ({ name }))
  const candidates = features ?? withTexts(others, texts)
  for (const { name, field } of candidates) {
    if (without.includes(name)) continue
    const isChosen = field !== undefined || features !== undefined || name === time
    const reason = isChosen ? undefined : (reasonToOmit(contentOf(name)) ?? keyReason(name, contentOf(name)))
    if (reason !== undefined) notices.push(`${name} is left out: ${reason}`)
    else {
      const note = isChosen ? undefined : rowNumberNote(name, contentOf(name))
      if (note !== undefined) notices.push(note)
      found.push([name, featureOf(name, field)])
    }
  }
  if (found.length === 0 && !mayBeEmpty)
    throw new InputError(
      `there is no feature left from which to learn "${target.name}"${notices.length > 0 ? ` (${notices.join('; ')})` : ''}; name some with --features.`,
    )
  const field = inferTarget(target, contentOf(target.name), json, notices)
  const season = seasonIn(contents, without, time)
  return {
    features: Object.fromEntries(found),
    target: { [target.name]: field },
    notices,
    ...(season !== undefined && { season }),
  }
}

/** Returns the season that the first column of times shows. */
const seasonIn = (
  contents: Contents,
  without: readonly string[],
  time: string | undefined,
): InferredSchema['season'] => {
  for (const [name, content] of contents) {
    const season = without.includes(name) ? undefined : inferSeason(content, name === time)
    if (season !== undefined) return { rows: season.rows, notice: seasonNote(name, season) }
  }
  return undefined
}

/** Checks the types of what is given, for callers without types. */
const checkGiven = (from: unknown, columns: readonly unknown[], without: readonly unknown[]): void => {
  const isRow = (row: unknown): boolean => typeof row === 'object' && row !== null
  if (!(from instanceof Map) && !(Array.isArray(from) && from.every(isRow)))
    throw new TypeError(
      `inferSchema: the rows are ${shown(from)}; expected a list of rows, or the contents of a table.`,
    )
  for (const column of columns)
    if (typeof (column as Partial<Column> | null)?.name !== 'string')
      throw new TypeError(`inferSchema: a column is ${shown(column)}; expected its name, as in { name: 'power' }.`)
  for (const name of without)
    if (typeof name !== 'string')
      throw new TypeError(`inferSchema: without has ${shown(name)}; expected names of columns.`)
}

/** Returns the columns, and that of times if it is not among them. */
const withTime = (columns: readonly Column[], time: string | undefined): readonly Column[] =>
  time === undefined || columns.some(({ name }) => name === time) ? columns : [...columns, { name: time }]

const unknownColumn = (name: string, names: readonly string[]): InputError => {
  const undecoded = undecodedNote(names)
  const [header] = names
  if (names.length === 1 && header?.split(/\s+/).includes(name))
    return new InputError(
      `there is no column "${name}", because no comma, semicolon, tab or bar is in the header "${header}"; put commas in place of the spaces, as in tr -s ' ' , < FILE | rxgrad learn - …`,
    )
  return new InputError(
    `there is no column "${name}".${didYouMean(name, names)} The columns are ${listed(names)}${undecoded === undefined ? '.' : `; ${undecoded}`}`,
  )
}

const listed = (names: readonly string[]): string =>
  names.length <= 20 ? names.join(', ') : `${names.slice(0, 20).join(', ')} and ${names.length - 20} more`
