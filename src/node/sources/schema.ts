import { type CategoryField, category } from '../../features/category.js'
import { cyclic } from '../../features/cyclic.js'
import type { Field, Fields } from '../../features/field.js'
import { type NumericField, numeric } from '../../features/numeric.js'
import type { Value } from '../../values.js'
import { InputError } from './inputError.js'
import { didYouMean } from './nearest.js'

/** What the columns of a stream are: the features, and what is to be predicted from them. */
export interface Schema {
  readonly features: Fields
  readonly target: Fields
}

/** A column that was named, and its field when it was said. */
export interface Column {
  readonly name: string
  readonly field?: Field
}

const kinds = ['numeric', 'category', 'cyclic']
const word = String.raw`(?:"(?:[^"\\]|\\.)*"|[^\s,:()="|]+)`
const column = new RegExp(
  String.raw`(${word})(?::(\w+)(?:\(([^()]*)\))?(?:=(${word}(?:\|${word})*))?)?(?=[\s,]|$)`,
  'y',
)

/** Reads `temperature room:category hour:cyclic(24)`: names, each with its kind or without, between spaces or commas. */
export const readColumns = (text: string, what: string): Column[] => {
  const columns: Column[] = []
  for (let at = 0; at < text.length; ) {
    if (/[\s,]/.test(text[at]!)) {
      at++
      continue
    }
    column.lastIndex = at
    const found = column.exec(text)
    if (found === null)
      throw new InputError(
        `${what}: cannot read "${text.slice(at)}"; write name, name:numeric, name:category or name:cyclic(24); quote a name that holds spaces or marks: '"my column":numeric'.`,
      )
    const [, name, kind, size, values] = found as unknown as [string, string, string?, string?, string?]
    const plain = bare(name)
    if (columns.some((other) => other.name === plain)) throw new InputError(`${what}: "${plain}" is named twice.`)
    columns.push(
      kind === undefined ? { name: plain } : { name: plain, field: fieldOf(kind, size, values, what, plain) },
    )
    at = column.lastIndex
  }
  return columns
}

const fieldOf = (
  kind: string,
  size: string | undefined,
  values: string | undefined,
  what: string,
  name: string,
): Field => {
  const wrong = (expected: string): InputError => new InputError(`${what}: ${name}:${kind}(${size ?? ''}): ${expected}`)
  if (kind === 'numeric') {
    if (size === undefined) return numeric()
    if (size === 'standard' || size === 'none' || size === 'exponential') return numeric({ scale: size })
    throw wrong('a numeric column is scaled by exponential, standard or none, such as numeric(none).')
  }
  if (kind === 'category') {
    const names = values === undefined ? [] : values.match(new RegExp(word, 'g'))!.map(valueIn)
    const capacity = size === undefined ? undefined : Number(size)
    if (capacity !== undefined && !(Number.isInteger(capacity) && capacity >= Math.max(1, names.length)))
      throw wrong(`a category needs room for a whole number of names, ${Math.max(1, names.length)} or more.`)
    return category({ values: names, ...(capacity === undefined ? {} : { capacity }) })
  }
  if (kind === 'cyclic') {
    if (!(Number(size) > 0)) throw wrong('a cyclic column needs its period, such as cyclic(24) for the hour of a day.')
    return cyclic(Number(size))
  }
  throw new InputError(
    `${what}: ${name}:${kind}: there is no such kind; the kinds are ${kinds.join(', ')}.${didYouMean(kind, kinds)}`,
  )
}

/** Reads what `schemaText` writes: `temperature:numeric room:category -> power:numeric`. Without `->` there is no target. */
export const readSchema = (text: string): Schema => {
  const [left = '', right = '', ...more] = text.split(/(?<=^|\s)->(?=\s|$)/)
  if (more.length > 0) throw new InputError('--schema: "->" stands there twice; write features -> target.')
  const target = fieldsOf(right)
  if (Object.keys(target).length > 1) throw new InputError('--schema: one target after "->", please.')
  return { features: fieldsOf(left), target: Object.fromEntries(Object.entries(target).map(closed)) }
}

/** A target's names are fixed by its outputs: a row with another one is rejected rather than learned as one of them. */
const closed = ([name, field]: [string, Field]): [string, Field] => [name, asTarget(field)]
export const asTarget = (field: Field): Field => (field.kind === 'category' ? { ...field, onFull: 'reject' } : field)

const fieldsOf = (text: string): Fields =>
  Object.fromEntries(
    readColumns(text, '--schema').map(({ name, field }) => {
      if (field === undefined)
        throw new InputError(
          `--schema: ${name} has no kind; write ${name}:numeric, ${name}:category or ${name}:cyclic(24).`,
        )
      return [name, field]
    }),
  )

/** A schema in one line, which `readSchema` and `--schema` read back. */
export const schemaText = ({ features, target }: Schema): string => {
  const left = Object.entries(features).map(columnText)
  const right = Object.entries(target).map(columnText)
  return [...left, ...(right.length === 0 ? [] : ['->', ...right])].join(' ')
}

const columnText = ([name, field]: [string, Field]): string => `${columnName(name)}:${fieldText(field)}`

const fieldText = (field: Field): string => {
  if (field.kind === 'cyclic') return `cyclic(${field.period})`
  if (field.kind === 'hashed') throw new InputError('schema: a hashed feature has no cell of a table to be read from.')
  return field.kind === 'numeric' ? numericText(field) : categoryText(field)
}
const numericText = ({ scale }: NumericField): string => (scale === 'exponential' ? 'numeric' : `numeric(${scale})`)
const categoryText = ({ capacity, values }: CategoryField): string => {
  const names = values.length === 0 ? '' : `=${values.map(valueText).join('|')}`
  return `category${capacity === undefined ? '' : `(${capacity})`}${names}`
}

/** `0` is the number, `"0"` the text; to a category they are one name, but predictions are written as they stand here. */
const valueText = (value: Value): string =>
  typeof value === 'string' && valueIn(value) !== value ? JSON.stringify(value) : columnName(String(value))
const valueIn = (text: string): Value => {
  if (text.startsWith('"')) return bare(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return String(Number(text)) === text ? Number(text) : text
}

/** A name as the command line takes it: in quotes where it holds marks. */
export const columnName = (name: string): string =>
  new RegExp(`^${word}$`).test(name) && !/^"|^->$/.test(name) ? name : JSON.stringify(name)
const bare = (text: string): string => {
  if (!text.startsWith('"')) return text
  try {
    return JSON.parse(text) as string
  } catch {
    return text.slice(1, -1)
  }
}
