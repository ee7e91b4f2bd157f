import { shown } from '../options/shown.js'
import type { Cursor, Floats, Row, Value } from '../values.js'
import { encodeNumber } from './encodeNumber.js'
import { type Field, type Fields, type Vocabularies, widthOf } from './field.js'
import { cursorIn, isMissing, isWeight, LARGEST, type Refused } from './refusal.js'
import { valuesIn } from './valuesIn.js'
import type { Unseen, Vocabulary } from './vocabulary.js'

/** The parts of a model's configuration that an encoder reads. */
export interface EncoderConfig {
  readonly features: Fields
  readonly target: Fields
  /** The field of a row that holds the row's importance weight. */
  readonly weight: string | undefined
  /** The field of a row that holds the position from which its source can be resumed after the row. */
  readonly cursor: string | undefined
}

/** Reads one row's values into numbers. */
export interface Encoder {
  /** Writes the features alone, which is all that a prediction needs. */
  features(row: unknown, x: Floats, at: number, unseen: Unseen[]): Refused | undefined
  /**
   * Writes the features to x and the targets to y (NaN: no label), adds names without a column to `unseen`.
   * @returns why the row is rejected, or undefined
   */
  encode(row: unknown, x: Floats, xAt: number, y: Float64Array, yAt: number, unseen: Unseen[]): Refused | undefined
  /** The names of the row that was encoded last which share the column of another name; the next row empties the list. */
  readonly shared: readonly Unseen[]
  /** Counts these names, for a row that is learned. */
  meetShared(): void
  /** The fields that are written to x and to y. */
  readonly inputs: readonly FieldEncoder[]
  readonly outputs: readonly FieldEncoder[]
  /** Returns a row's importance weight; the row must have been accepted by `encode`. */
  weightOf(row: unknown): number
  /** Returns the position from which the row's source can be resumed, if the row has one. */
  cursorOf(row: unknown): Cursor | undefined
}

/** A field, and how its values become numbers. */
export interface FieldEncoder {
  readonly name: string
  readonly field: Field
  readonly vocabulary: Vocabulary | undefined
  /** Whether a number in bounds is taken as it is, without any further check. */
  readonly plain: boolean
  /** The index, among a row's numbers, of the field's first one. */
  readonly at: number
  /** What a row without this field returns for its name: every object inherits `constructor`, for example. */
  readonly inherited: unknown
  /** The columns that it reads instead of its own. */
  readonly reads: readonly string[] | undefined
}

/** The fields in the form in which the loop over a row's values reads them. */
interface Listed {
  readonly fields: readonly FieldEncoder[]
  readonly names: readonly string[]
  /** The number of plain fields at the beginning: each takes one number, and they are adjacent. */
  readonly leading: number
}
const listed = (fields: readonly FieldEncoder[]): Listed => {
  const other = fields.findIndex(({ plain }) => !plain)
  return { fields, names: fields.map(({ name }) => name), leading: other === -1 ? fields.length : other }
}

/** @param vocabularies the vocabulary of each field, features first, then the target */
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
      return { name, field, vocabulary: vocabularies[first + i], plain, at, inherited, reads: field.reads?.() }
    })
  }
  const inputs = fieldsOf(features, 0)
  const outputs = fieldsOf(target, inputs.length)
  const [listedInputs, listedOutputs] = [listed(inputs), listed(outputs)]

  const shared: Unseen[] = []
  /** Encodes a value that is not a plain number: a name, a missing value, or one to be refused. */
  const encodeOther = (
    { name, field, vocabulary, inherited, reads }: FieldEncoder,
    place: number,
    given: unknown,
    row: Readonly<Record<string, unknown>>,
    into: Floats,
    at: number,
    unseen: Unseen[],
    learned: boolean,
  ): Refused | undefined => {
    const value = reads ? valuesIn(row, reads) : inherited !== undefined && given === inherited ? undefined : given
    if (place >= inputs.length && isMissing(value)) {
      // A row without its target is predicted but not learned.
      into[at] = Number.NaN
      return undefined
    }
    const refused = field.encode ? field.encode(value, into, at, vocabulary) : encodeNumber(field, value, into, at)
    if (refused !== undefined) return { field: name, reason: `${name} ${refused}` }
    if (vocabulary && into[at] === -1) unseen.push({ field: place, value: value as Value })
    if (learned && vocabulary && into[at] >= 0 && vocabulary.shares(value as Value))
      shared.push({ field: place, value: value as Value })
    return undefined
  }
  /** The value at which `copyNumbers` stopped: it has been read once, and must not be read again. */
  let met: unknown
  /**
   * Copies the first `count` values as long as they are numbers in bounds; it returns the index of the first that is
   * not.
   */
  const copyNumbers = (
    row: Record<string, unknown>,
    names: readonly string[],
    count: number,
    into: Floats,
    at: number,
  ): number => {
    for (let i = 0; i < count; i++) {
      const value = row[names[i]]
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
    learned: boolean,
  ): Refused | undefined => {
    const values = row as Record<string, unknown>
    const stopped = leading === 0 ? 0 : copyNumbers(values, names, leading, into, at)
    for (let i = stopped; i < names.length; i++) {
      const value = i === stopped && i < leading ? met : values[names[i]]
      const field = fields[i]
      const { vocabulary } = field
      // Most values are known names or numbers that are taken as they are, so these are handled first.
      const column = vocabulary && typeof value === 'string' ? vocabulary.columnOf(value) : -1
      if (column >= 0) into[at + field.at] = column
      else if (field.plain && typeof value === 'number' && Math.abs(value) <= LARGEST) into[at + field.at] = value
      else {
        const refused = encodeOther(field, first + i, value, values, into, at + field.at, unseen, learned)
        if (refused) return refused
      }
    }
    return undefined
  }
  const encodeFeatures = (
    row: unknown,
    x: Floats,
    at: number,
    unseen: Unseen[],
    learned: boolean,
  ): Refused | undefined =>
    row === null || typeof row !== 'object' || Array.isArray(row) || ArrayBuffer.isView(row)
      ? { field: '', reason: `the row is ${shown(row)}; expected an object` }
      : encodeFields(row, listedInputs, 0, x, at, unseen, learned)
  const checkWeight = (row: unknown): Refused | undefined => {
    if (weight === undefined) return undefined
    const value = (row as Record<string, unknown>)[weight]
    return isWeight(value)
      ? undefined
      : { field: weight, reason: `${weight} is ${shown(value)}; expected a number from 0 to 1e150` }
  }

  return {
    features: (row, x, at, unseen) => encodeFeatures(row, x, at, unseen, false),
    encode(row, x, xAt, y, yAt, unseen) {
      if (shared.length > 0) shared.length = 0
      return (
        encodeFeatures(row, x, xAt, unseen, true) ??
        encodeFields(row, listedOutputs, inputs.length, y, yAt, unseen, true) ??
        checkWeight(row)
      )
    },
    shared,
    // A row may be read more than once before it is learned, which adds no name.
    meetShared() {
      for (const { field, value } of shared) vocabularies[field]?.meet(value)
    },
    inputs,
    outputs,
    cursorOf: (row) => (cursor === undefined ? undefined : cursorIn((row as Row | undefined)?.[cursor])),
    weightOf: (row) => (weight === undefined ? 1 : ((row as Record<string, number | null | undefined>)[weight] ?? 1)),
  }
}
