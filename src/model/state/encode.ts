import { type Plan, widthOf } from '../../compile/configuration.js'
import type { Field, Fields } from '../../features/field.js'
import type { HashedField } from '../../features/hashed.js'
import { isMissing, isName, isWeight, LARGEST, type Refused, reasonFor, shown } from '../../features/refusal.js'
import { writeSparse } from '../../features/sparse.js'
import { FULL, type Vocabulary } from '../../features/vocabulary.js'
import type { Unseen } from '../../records.js'
import type { Cursor, Floats, Row, Value } from '../../values.js'

/** A field's value is refused. No encoding is infinite, so this stands for none. */
const REJECTED = Infinity
type Encode = (value: unknown) => number

/** One row's numbers, written where they are wanted. */
export interface Encoder {
  /** The features alone, which is all that a prediction needs. */
  features(row: unknown, x: Floats, at: number, unseen: Unseen[]): Refused | undefined
  /**
   * Writes the features to x and the targets to y (NaN: no label), adds names without a column to `unseen`.
   * @returns why the row is rejected, or undefined
   */
  encode(row: unknown, x: Floats, xAt: number, y: Float64Array, yAt: number, unseen: Unseen[]): Refused | undefined
  /** The fields of x and of y. */
  readonly inputs: readonly FieldEncoder[]
  readonly outputs: readonly FieldEncoder[]
  /** A row's importance; only for rows that `encode` has let pass. */
  weightOf(row: unknown): number
  /** Where its source goes on after it, if it says so. */
  cursorOf(row: unknown): Cursor | undefined
}
const numberOf =
  (missing: number): Encode =>
  (value) => {
    if (typeof value === 'number') return value >= -LARGEST && value <= LARGEST ? value : REJECTED
    if (typeof value === 'boolean') return value ? 1 : 0
    return isMissing(value) ? missing : REJECTED
  }
const columnOf =
  (vocabulary: Vocabulary, missing: number): Encode =>
  (value) => {
    if (isName(value)) {
      const column = vocabulary.columnOf(value)
      return column === FULL ? REJECTED : column
    }
    return isMissing(value) ? missing : REJECTED
  }

const encoderOf = (name: string, field: Field, vocabulary: Vocabulary | undefined): Encode => {
  const missing = field.missing === 'reject' ? REJECTED : Number.NaN
  const encode = field.kind === 'category' ? columnOf(vocabulary as Vocabulary, missing) : numberOf(missing)
  // a row without a field `constructor` still answers to that name, with what every object inherits
  const inherited = ({} as Row)[name]
  return inherited === undefined ? encode : (value) => encode(value === inherited ? undefined : value)
}

const encodeHashed = (
  name: string,
  field: HashedField,
  given: unknown,
  into: Floats,
  at: number,
): Refused | undefined => {
  const value = given === ({} as Row)[name] ? undefined : given
  if (isMissing(value) && field.missing === 'reject') return { field: name, reason: reasonFor(name, field, undefined) }
  const wrong = writeSparse(field, isMissing(value) ? NOTHING : value, into, at)
  return wrong === undefined ? undefined : { field: name, reason: `${name}: ${wrong}` }
}
const NOTHING: readonly string[] = []

/** A field with its way from values to numbers. */
export interface FieldEncoder {
  readonly name: string
  readonly field: Field
  readonly vocabulary: Vocabulary | undefined
  /** Whether a number in bounds stands for itself, whatever else is to be looked at. */
  readonly plain: boolean
  readonly encode: Encode
  /** Where among a row's numbers its own begin. */
  readonly at: number
}

/** Fields as the loop over a row's values reads them. */
interface Listed {
  readonly fields: readonly FieldEncoder[]
  readonly names: readonly string[]
  /** How many plain ones they begin with: one number each, one after another. */
  readonly leading: number
}
const listed = (fields: readonly FieldEncoder[]): Listed => {
  const other = fields.findIndex(({ plain }) => !plain)
  return { fields, names: fields.map(({ name }) => name), leading: other === -1 ? fields.length : other }
}

/** @param vocabularies of each field, features first, then the target; undefined for fields of numbers */
export const createEncoder = (
  { features, target, weight, cursor }: Pick<Plan, 'features' | 'target' | 'weight' | 'cursor'>,
  vocabularies: readonly (Vocabulary | undefined)[],
): Encoder => {
  const fieldsOf = (fields: Fields, first: number): readonly FieldEncoder[] => {
    let width = 0
    return Object.entries(fields).map(([name, field], i) => {
      const vocabulary = vocabularies[first + i]
      const at = width
      width += widthOf(field)
      const plain = !vocabulary && field.kind !== 'hashed' && typeof ({} as Row)[name] !== 'number'
      return { name, field, vocabulary, plain, encode: encoderOf(name, field, vocabulary), at }
    })
  }
  const inputs = fieldsOf(features, 0)
  const outputs = fieldsOf(target, inputs.length)
  const [listedInputs, listedOutputs] = [listed(inputs), listed(outputs)]

  /** What is no plain number: a name, a value that is missing, or one to be refused. */
  const encodeOther = (
    { name, field, encode }: FieldEncoder,
    place: number,
    value: unknown,
    into: Floats,
    at: number,
    unseen: Unseen[],
  ): Refused | undefined => {
    if (field.kind === 'hashed') return encodeHashed(name, field, value, into, at)
    // a row without its target is predicted and not learned
    const number = place >= inputs.length && isMissing(value) ? Number.NaN : encode(value)
    if (number === REJECTED) return { field: name, reason: reasonFor(name, field, value) }
    if (number === -1 && field.kind === 'category') unseen.push({ field: place, value: value as Value })
    into[at] = number
    return undefined
  }
  /** What `copyNumbers` stopped at: it has been read, and is not read again. */
  let met: unknown
  /** Copies the first so many values, while they are numbers in bounds; gives the place of the one that is not. */
  const copyNumbers = (
    row: Record<string, unknown>,
    names: readonly string[],
    count: number,
    into: Floats,
    at: number,
  ): number => {
    for (let i = 0; i < count; i++) {
      const value = row[names[i]!]
      if (typeof value === 'number' && Math.abs(value) <= LARGEST) into[at + i] = value
      else {
        met = value
        return i
      }
    }
    return count
  }
  const encodeFields = (
    row: unknown,
    { fields, names, leading }: Listed,
    first: number,
    into: Floats,
    at: number,
    unseen: Unseen[],
  ): Refused | undefined => {
    const values = row as Record<string, unknown>
    const stopped = leading === 0 ? 0 : copyNumbers(values, names, leading, into, at)
    for (let i = stopped; i < names.length; i++) {
      const value = i === stopped && i < leading ? met : values[names[i]!]
      const field = fields[i]!
      const { vocabulary } = field
      // a name that is known, or a number that stands for itself: what most values are
      const column = vocabulary && typeof value === 'string' ? vocabulary.columnOf(value) : -1
      if (column >= 0) into[at + field.at] = column
      else if (field.plain && typeof value === 'number' && Math.abs(value) <= LARGEST) into[at + field.at] = value
      else {
        const refused = encodeOther(field, first + i, value, into, at + field.at, unseen)
        if (refused) return refused
      }
    }
    return undefined
  }
  const encodeFeatures: Encoder['features'] = (row, x, at, unseen) =>
    row === null || typeof row !== 'object'
      ? { field: '', reason: `expected a row, an object of named values; was given ${shown(row)}` }
      : encodeFields(row, listedInputs, 0, x, at, unseen)
  const checkWeight = (row: unknown): Refused | undefined => {
    if (weight === undefined) return undefined
    const value = (row as Record<string, unknown>)[weight]
    return isWeight(value)
      ? undefined
      : { field: weight, reason: `${weight}: expected a weight, a number from 0 up; was given ${shown(value)}` }
  }

  return {
    features: encodeFeatures,
    encode: (row, x, xAt, y, yAt, unseen) =>
      encodeFeatures(row, x, xAt, unseen) ??
      encodeFields(row, listedOutputs, inputs.length, y, yAt, unseen) ??
      checkWeight(row),
    inputs,
    outputs,
    cursorOf: (row) => (cursor === undefined ? undefined : ((row as Row | undefined)?.[cursor] as Cursor | undefined)),
    weightOf: (row) => (weight === undefined ? 1 : ((row as Record<string, number | null | undefined>)[weight] ?? 1)),
  }
}
