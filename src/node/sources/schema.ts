import { type Field, type Fields, isCategory } from '../../features/field.js'
import { didYouMean } from '../../options/nearest.js'
import { shown } from '../../options/shown.js'
import type { Value } from '../../values.js'
import { formatField, parseField, textKinds } from './fieldText.js'
import { InputError } from './inputError.js'

/** What the columns of a stream are: the features, and the target that is predicted from them. */
export interface Schema {
  readonly features: Fields
  readonly target: Fields
}

/** A column that was named, and its field if its kind was given. */
export interface Column {
  readonly name: string
  readonly field?: Field
}

/** Returns how a column is written with each kind, such as `name:numeric, name:category or name:cyclic(24)`. */
const usages = (name: string): string => {
  const forms = textKinds.map(({ text }) => `${name}:${text.example}`)
  return `${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`
}
const word = String.raw`(?:"(?:[^"\\]|\\.)*"|[^\s,:()="|]+)`
const ofName = new RegExp(word, 'y')
const ofKind = new RegExp(String.raw`(?::(\w+)(?:\(([^()]*)\))?(?:=(${word}(?:\|${word})*))?)?(?=[\s,]|$)`, 'y')

/**
 * Reads `temperature room:category hour:cyclic(24)`: names, each with or without a kind, separated by spaces or commas.
 *
 * @param what the option that the text belongs to, for messages
 * @param known names that may have spaces or punctuation without being in quotes
 * @throws InputError if the text cannot be read
 */
export const readColumns = (text: string, what: string, known: readonly string[] = []): Column[] => {
  const columns: Column[] = []
  const phrases = known.filter((name) => columnName(name) !== name).sort((a, b) => b.length - a.length)
  for (let at = 0; at < text.length; ) {
    if (/[\s,]/.test(text[at])) {
      at++
      continue
    }
    const phrase = phrases.find((name) => text.startsWith(name, at) && /^[\s,:]|^$/.test(text.slice(at + name.length)))
    ofName.lastIndex = at
    const name = phrase ?? ofName.exec(text)?.[0]
    ofKind.lastIndex = at + (name?.length ?? 0)
    const found = ofKind.exec(text)
    if (name === undefined || found === null)
      throw new InputError(
        `${what}: "${text.slice(at)}" cannot be read; write name, ${usages('name')}; quote a name that has spaces or punctuation, as in '"my column":numeric'.`,
      )
    const [, kind, size, values] = found as unknown as [string, string?, string?, string?]
    const plain = phrase ?? unquoted(name)
    if (columns.some((other) => other.name === plain))
      throw new InputError(`${what}: "${plain}" is named twice; name it once.`)
    columns.push(
      kind === undefined ? { name: plain } : { name: plain, field: fieldOf(kind, size, values, what, plain) },
    )
    at = ofKind.lastIndex
  }
  return columns
}

const fieldOf = (
  kind: string,
  settings: string | undefined,
  values: string | undefined,
  what: string,
  name: string,
): Field => {
  const field = ((): Field | undefined => {
    try {
      return parseField(kind, { settings, values: values?.match(new RegExp(word, 'g'))?.map(valueIn) })
    } catch (error) {
      throw new InputError(
        `${what}: ${name}:${kind}(${settings ?? ''}): ${inText((error as Error).message, kind, name)}`,
      )
    }
  })()
  if (field) return field
  const names = textKinds.map((known) => known.kind)
  throw new InputError(
    `${what}: ${name}:${kind}: there is no such kind; expected one of ${names.join(', ')}.${didYouMean(kind, names)}`,
  )
}

/** Returns a message of a kind with the example that a command line has, in place of that of a program. */
const inText = (message: string, kind: string, name: string): string => {
  const example = textKinds.find((row) => row.kind === kind)?.text.example
  return message.replace(/, as in \w+\(.*\)\.$/, `, as in ${columnName(name)}:${example}.`)
}

/**
 * Reads what `schemaText` writes: `temperature:numeric room:category -> power:numeric`. Without `->` there is no
 * target.
 *
 * @throws InputError if the text cannot be read
 */
export const readSchema = (text: string, known: readonly string[] = []): Schema => {
  if (typeof text !== 'string')
    throw new TypeError(`readSchema: ${shown(text)} is given; expected a text, such as a:numeric -> y:numeric.`)
  if (!Array.isArray(known) || !known.every((name) => typeof name === 'string'))
    throw new TypeError(`readSchema: the known names are ${shown(known)}; expected a list of texts.`)
  const [left = '', right = '', ...more] = text.split(/(?<=^|\s)->(?=\s|$)/)
  if (more.length > 0) throw new InputError('--schema: "->" is there twice; write features -> target.')
  const target = fieldsOf(right, known)
  if (Object.keys(target).length > 1)
    throw new InputError('--schema: there are several targets after "->"; expected one.')
  return { features: fieldsOf(left, known), target: Object.fromEntries(Object.entries(target).map(closed)) }
}

const closed = ([name, field]: [string, Field]): [string, Field] => [name, asTarget(field)]

/**
 * Returns the field as a target: its outputs fix its names, so that a row with another name is rejected, not learned.
 */
export const asTarget = (field: Field): Field => (isCategory(field) ? ({ ...field, onFull: 'reject' } as Field) : field)

const fieldsOf = (text: string, known: readonly string[]): Fields =>
  Object.fromEntries(
    readColumns(text, '--schema', known).map(({ name, field }) => {
      if (field === undefined) throw new InputError(`--schema: ${name} has no kind; write ${usages(name)}.`)
      return [name, field]
    }),
  )

/**
 * Writes a schema as one line, which `readSchema` and `--schema` read back.
 *
 * @throws InputError if no cell of a table can be read as one of its fields
 */
export const schemaText = (schema: Schema): string => {
  const { features, target } = Object(schema) as Schema
  for (const [name, fields] of Object.entries({ features, target }))
    if (
      typeof fields !== 'object' ||
      fields === null ||
      !Object.values(fields).every((field) => field?.kind !== undefined)
    )
      throw new TypeError(
        `schemaText: ${name} is ${shown(fields)}; expected fields by name, as { features, target } has them.`,
      )
  const left = Object.entries(features).map(columnText)
  const right = Object.entries(target).map(columnText)
  return [...left, ...(right.length === 0 ? [] : ['->', ...right])].join(' ')
}

const columnText = ([name, field]: [string, Field]): string => `${columnName(name)}:${fieldText(field)}`

const fieldText = (field: Field): string => {
  const settings = formatField(field)
  if (settings === undefined)
    throw new InputError(`schema: a ${field.kind} feature cannot be read from a cell of a table.`)
  const { values = [] } = field as { readonly values?: readonly Value[] }
  const names = values.length === 0 ? '' : `=${values.map(valueText).join('|')}`
  return `${field.kind}${settings === '' ? '' : `(${settings})`}${names}`
}

/**
 * Writes a value: `0` is a number and `"0"` a text. They are one name to a category, but predictions are written in the
 * form that is given here.
 */
const valueText = (value: Value): string =>
  typeof value === 'string' && valueIn(value) !== value ? JSON.stringify(value) : columnName(String(value))
const valueIn = (text: string): Value => {
  if (text.startsWith('"')) return unquoted(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return String(Number(text)) === text ? Number(text) : text
}

/** Writes a name as the command line reads it: in quotes if it contains spaces or punctuation. */
export const columnName = (name: string): string =>
  new RegExp(`^${word}$`).test(name) && !/^"|^->$/.test(name) ? name : JSON.stringify(name)
const unquoted = (text: string): string => {
  if (!text.startsWith('"')) return text
  try {
    return JSON.parse(text) as string
  } catch {
    return text.slice(1, -1)
  }
}
