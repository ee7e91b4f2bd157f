import { type CategoryField, category } from '../../features/category.js'
import { type Field, readsOf } from '../../features/field.js'
import { numeric } from '../../features/numeric.js'
import { didYouMean } from '../../options/nearest.js'
import { optionsOf } from '../../options/optionsOf.js'
import type { Row, Value } from '../../values.js'
import { type Census, censusOf, emptyCensus } from './census.js'
import { InputError } from './inputError.js'
import { asTarget, type Column, type Schema } from './schema.js'

export interface InferConfig {
  readonly target: Column
  /** The features, in this order. Default: every other column that can be a feature. */
  readonly features?: readonly Column[]
  /** The columns to leave out. */
  readonly without?: readonly string[]
  /** Whether rows may lack columns. If so, a column whose kind was given need not be in the first rows. */
  readonly sparse?: boolean
}

export interface InferredSchema extends Schema {
  /** The decisions that a user might not expect, one line each. */
  readonly notices: readonly string[]
}

/** Returns the columns that a column's field reads; a field with a memory reads other columns. */
const readBy = ({ name, field }: Column): readonly Column[] =>
  field === undefined ? [{ name }] : readsOf(name, field).map((read) => ({ name: read, field }))

/** If at least this share of a column's values are numbers, it is numeric, and rows with other values are rejected. */
const mostlyNumeric = 0.9
/** If more than this share of a text column's values are new, in at least `enoughRows` rows, the column is a key. */
const mostlyNew = 0.9
const enoughRows = 20

/**
 * Infers from the first rows what the columns are. A kind that was given is kept.
 *
 * A feature is `numeric()` if at least nine tenths of its values are numbers, even if they are all the same. Texts and
 * booleans are a `category()` with room for at least four times the names seen, and never for fewer than 64. A column
 * is left out, with a notice, if its texts are dates; if nearly every text is new, as in a key; if more than a tenth of
 * its values are objects or arrays; or if it has no value.
 *
 * A target of texts or booleans, or of only 0 and 1, is a category of the names seen, in sorted order; any other target
 * is numeric.
 *
 * @throws InputError if a named column does not exist, if no feature is left, or if the target cannot be learned
 */
export const inferSchema = (rows: readonly Row[], config: InferConfig): InferredSchema => {
  const defaults = { target: { name: '' }, features: undefined, without: [], sparse: false }
  const { target, features, without, sparse } = optionsOf('inferSchema', config, defaults)
  const columns = censusOf(rows)
  const names = [...columns.keys()]
  const notices: string[] = []
  const named = [target, ...(features ?? []), ...without.map((name): Column => ({ name }))]
  for (const { name, field } of named.flatMap(readBy))
    if (!columns.has(name)) {
      if (!sparse || field === undefined) throw unknownColumn(name, names)
      notices.push(`${name} is in none of the first rows; it counts as missing until a row has it`)
      columns.set(name, emptyCensus())
    }
  if (features?.some(({ name }) => name === target.name))
    throw new InputError(
      `"${target.name}" is the target, so it cannot be a feature as well; remove it from --features.`,
    )
  const found: [string, Field][] = []
  const candidates = features ?? names.filter((name) => name !== target.name).map((name): Column => ({ name }))
  for (const { name, field } of candidates) {
    if (without.includes(name)) continue
    const census = columns.get(name) ?? emptyCensus()
    const reason = field === undefined && features === undefined ? reasonToOmit(census, sparse) : undefined
    if (reason !== undefined) notices.push(`${name} is left out: ${reason}`)
    else found.push([name, field ?? featureField(name, census, sparse, notices)])
  }
  if (found.length === 0)
    throw new InputError(
      `there is no feature left from which to learn "${target.name}"${notices.length > 0 ? ` (${notices.join('; ')})` : ''}; name some with --features.`,
    )
  const field = targetField(target, columns.get(target.name)!, sparse, notices)
  return { features: Object.fromEntries(found), target: { [target.name]: field }, notices }
}

export const unknownColumn = (name: string, names: readonly string[]): InputError =>
  new InputError(`there is no column "${name}".${didYouMean(name, names)} The columns are ${listed(names)}.`)

const listed = (names: readonly string[]): string =>
  names.length <= 20 ? names.join(', ') : `${names.slice(0, 20).join(', ')} and ${names.length - 20} more`

const rowCount = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`

/**
 * Tells whether a column has too many objects and arrays to be kept. If there are few, only their rows are rejected.
 */
const isNested = ({ numbers, texts, nested }: Census): boolean =>
  nested > (1 - mostlyNumeric) * (numbers + texts + nested)

const noticeNested = (name: string, { numbers, texts, nested }: Census, notices: string[]): void => {
  if (nested > 0)
    notices.push(
      `${name} has an object or an array in ${nested} of ${rowCount(numbers + texts + nested)}; ${nested === 1 ? 'that row is' : 'those rows are'} rejected`,
    )
}

/** Says how a text is made to count as a missing value. */
const emptied = (text: string, sparse: boolean): string =>
  sparse ? `write null for "${text}" to` : `--missing "${text}" would`

/** Says what to do if a column is not numeric because of some texts, although people would read it as numbers. */
const almostNumeric = ({ numbers, texts, marked, markedExample, words }: Census, sparse: boolean): string => {
  const seen = numbers + texts
  if (texts === 0 || numbers >= mostlyNumeric * seen) return ''
  const [word, times] = [...words].reduce((most, next) => (next[1] > most[1] ? next : most), ['', 0])
  const asNumbers = numbers + marked
  // If most values are names, the few numbers beside the most frequent name say nothing.
  if (asNumbers * 2 < seen || asNumbers < mostlyNumeric * (seen - times)) return ''
  const without =
    marked === 0
      ? []
      : [
          `${marked} of ${seen} values would be numbers without a comma or % ("${markedExample}"): written as 1.5, 1100 or 7 they are numeric`,
        ]
  const empty =
    asNumbers >= mostlyNumeric * seen
      ? []
      : [`"${word}" is in ${times} of ${rowCount(seen)}: ${emptied(word, sparse)} make it numeric`]
  return [...without, ...empty].join('; ')
}

/** Returns why a column cannot be a feature, or undefined if it can. */
const reasonToOmit = (census: Census, sparse: boolean): string | undefined => {
  const { numbers, texts, dates, distinct, example } = census
  const seen = numbers + texts
  if (isNested(census)) return 'it has objects or arrays'
  if (seen === 0) return 'it has no value in the first rows'
  if (numbers >= mostlyNumeric * seen) return undefined
  if (dates >= mostlyNew * seen) return `it looks like a date ("${example}")`
  if (seen >= enoughRows && distinct.size > mostlyNew * seen)
    return `nearly every value is new ("${example}")${after(almostNumeric(census, sparse))}`
  return undefined
}

const after = (hint: string): string => (hint === '' ? '' : `; ${hint}`)

const featureField = (name: string, census: Census, sparse: boolean, notices: string[]): Field => {
  const { numbers, texts, distinct, example } = census
  const seen = numbers + texts
  noticeNested(name, census, notices)
  if (numbers < mostlyNumeric * seen) {
    const hint = almostNumeric(census, sparse)
    if (hint !== '') notices.push(`${name} is a category of ${nameCount(distinct.size)}, not numeric; ${hint}`)
    const capacity = 2 ** Math.ceil(Math.log2(4 * distinct.size))
    return capacity > 64 ? category({ capacity }) : category()
  }
  if (texts > 0)
    notices.push(
      `${name} is numeric, so ${texts} of ${rowCount(seen)} ${texts === 1 ? 'is rejected because of its' : 'are rejected because of their'} text ("${example}"); ${sparse ? 'write null for' : '--missing'} "${example}" ${sparse ? 'to keep such rows' : 'reads it as empty'}`,
    )
  return numeric()
}

const nameCount = (count: number): string => `${count} ${count === 1 ? 'name' : 'names'}`

const targetField = ({ name, field }: Column, census: Census, sparse: boolean, notices: string[]): Field => {
  const { numbers, texts, distinct } = census
  const declared = field?.names?.()
  if (field !== undefined && (!declared || declared.values.length > 0)) return asTarget(field)
  if (isNested(census))
    throw new InputError(`the target "${name}" has objects or arrays; expected numbers, texts or booleans.`)
  const seen = numbers + texts
  if (seen === 0)
    throw new InputError(`the target "${name}" has no value in the first rows; nothing can be learned from them.`)
  noticeNested(name, census, notices)
  const binary = texts === 0 && [...distinct.values()].every((value) => value === 0 || value === 1)
  if (field === undefined && !binary && numbers >= mostlyNumeric * seen) return numeric()
  const values = binary ? [0, 1] : [...distinct.values()].sort(inOrder)
  if (values.length > mostClasses && field === undefined)
    throw new InputError(
      `the target "${name}" has ${values.length} different texts in the first rows; expected numbers or a few classes${after(almostNumeric(census, sparse))}.`,
    )
  const capacity = (field as Partial<CategoryField> | undefined)?.capacity
  if (capacity !== undefined && capacity < values.length)
    throw new InputError(
      `the target "${name}" has ${values.length} ${values.length === 1 ? 'class' : 'classes'} in the first rows, more than category(${capacity}) has room for.`,
    )
  if (field === undefined)
    notices.push(
      `${name} is a category (${binary ? 'only 0 and 1' : nameCount(values.length)}): ${values.slice(0, 8).join(', ')}${values.length > 8 ? ', …' : ''}${binary ? `; --target ${name}:numeric makes it a number` : after(almostNumeric(census, sparse))}`,
    )
  return asTarget(category({ values, ...(capacity !== undefined && { capacity }) }))
}
const mostClasses = 200

/** Compares values: numbers come first, by size, then texts, by their letters. */
const inOrder = (a: Value, b: Value): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'number') return -1
  if (typeof b === 'number') return 1
  return String(a) < String(b) ? -1 : 1
}
