import type { Cursor, Floats, Row, Value } from '../values.js'
import { type Field, type Fields, type Vocabularies, widthOf } from './field.js'
import { isInBounds, isMissing, isWeight, LARGEST, MISSING, notANumber, type Refused, shown } from './refusal.js'
import type { Unseen, Vocabulary } from './vocabulary.js'

/** What an encoder reads of a model's configuration. */
export interface EncoderConfig {
  readonly features: Fields
  readonly target: Fields
  /** The field of a row that holds its importance. */
  readonly weight: string | undefined
  /** The field of a row that says where its source goes on after it. */
  readonly cursor: string | undefined
}

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
  /** Where its source goes on after it, if the row says so. */
  cursorOf(row: unknown): Cursor | undefined
}

/** A field with its way from values to numbers. */
export interface FieldEncoder {
  readonly name: string
  readonly field: Field
  readonly vocabulary: Vocabulary | undefined
  /** Whether a number in bounds stands for itself, whatever else is to be looked at. */
  readonly plain: boolean
  /** Where among a row's numbers its own begin. */
  readonly at: number
  /** What a row without this field answers to its name: `constructor` is what every object inherits. */
  readonly inherited: unknown
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

/** A number, or true or false; NaN where it is missing. Returns why it is refused. */
const encodeNumber = ({ missing }: Field, value: unknown, into: Floats, at: number): string | undefined => {
  if (isMissing(value)) {
    into[at] = Number.NaN
    return missing === 'reject' ? MISSING : undefined
  }
  const isNumber = typeof value === 'number' ? isInBounds(value) : typeof value === 'boolean'
  if (!isNumber) return notANumber(value)
  into[at] = Number(value)
  return undefined
}

/** @param vocabularies of each field, features first, then the target */
export const createEncoder = (
  { features, target, weight, cursor }: EncoderConfig,
  vocabularies: Vocabularies,
): Encoder => {
  const fieldsOf = (fields: Fields, first: number): readonly FieldEncoder[] => {
    let width = 0
    return Object.entries(fields).map(([name, field], i) => {
      const at = width
      width += widthOf(field)
      const inherited = ({} as Row)[name]
      const plain = !field.encode && typeof inherited !== 'number'
      return { name, field, vocabulary: vocabularies[first + i], plain, at, inherited }
    })
  }
  const inputs = fieldsOf(features, 0)
  const outputs = fieldsOf(target, inputs.length)
  const [listedInputs, listedOutputs] = [listed(inputs), listed(outputs)]

  /** What is no plain number: a name, a value that is missing, or one to be refused. */
  const encodeOther = (
    { name, field, vocabulary, inherited }: FieldEncoder,
    place: number,
    given: unknown,
    into: Floats,
    at: number,
    unseen: Unseen[],
  ): Refused | undefined => {
    const value = inherited !== undefined && given === inherited ? undefined : given
    if (place >= inputs.length && isMissing(value)) {
      // a row without its target is predicted and not learned
      into[at] = Number.NaN
      return undefined
    }
    const refused = field.encode ? field.encode(value, into, at, vocabulary) : encodeNumber(field, value, into, at)
    if (refused !== undefined) return { field: name, reason: `${name}: ${refused}` }
    if (vocabulary && into[at] === -1) unseen.push({ field: place, value: value as Value })
    return undefined
  }
  /** What `copyNumbers` stopped at: it has been read, and is not read again. */
  let met: unknown
  /** Copies the first values, `count` of them, while they are numbers in bounds; gives the place of the one that is not. */
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
