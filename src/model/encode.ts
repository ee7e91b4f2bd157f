import { FULL, type Vocabulary } from '../features/vocabulary.js'
import type { Chunk, Field, Fields, Floats, Row, Unseen, Value } from '../types.js'
import type { Plan } from './configuration.js'

/** Beyond this a number counts as not finite: its square must still have room. */
const LARGEST = 1e150

/** A field's value is refused. No encoding is infinite, so this stands for none. */
const REJECTED = Infinity
type Encode = (value: unknown) => number

/** One row's numbers, written where they are wanted. */
export interface Encoder {
  /**
   * Writes the features to x and the targets to y (NaN: no label), adds names without a column to `unseen`.
   * @returns why the row is rejected, or undefined
   */
  encode(
    row: unknown,
    x: Float64Array,
    xAt: number,
    y: Float64Array,
    yAt: number,
    unseen: Unseen[],
  ): Refused | undefined
  /** The same for a row of a chunk, which is numbers already. */
  copy(chunk: Chunk, i: number, x: Float64Array, xAt: number, y: Float64Array, yAt: number): Refused | undefined
  /** A row's importance; only for rows that `encode` has let pass. */
  weightOf(row: unknown): number
}
export interface Refused {
  readonly field: string
  readonly reason: string
}

const isMissing = (value: unknown): boolean => value === undefined || value === null
const isName = (value: unknown): value is Value =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))

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

const shown = (value: unknown): string => {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return 'a function'
  // an object need not know how to be a text
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'an array' : 'an object') : String(value)
}

const reasonFor = (name: string, field: Field, value: unknown): string => {
  if (isMissing(value)) return `${name}: missing, and its policy is to reject`
  if (field.kind === 'category')
    return isName(value)
      ? `${name}: ${shown(value)} is a new name, and all ${field.capacity} columns are taken`
      : `${name}: expected a name, was given ${shown(value)}`
  return typeof value === 'number'
    ? `${name}: expected a finite number (up to ±1e150), was given ${value}`
    : `${name}: expected a number, was given ${shown(value)}`
}

/** @param vocabularies of each field, features first, then the target; undefined for fields of numbers */
export const createEncoder = (
  { features, target, weight }: Pick<Plan, 'features' | 'target' | 'weight'>,
  vocabularies: readonly (Vocabulary | undefined)[],
): Encoder => {
  const names = Object.keys(features)
  const targets = Object.keys(target)
  const fieldsOf = (fields: Fields, first: number) =>
    Object.entries(fields).map(([name, field], i) => ({
      field,
      encode: encoderOf(name, field, vocabularies[first + i]),
    }))
  const inputs = fieldsOf(features, 0)
  const outputs = fieldsOf(target, names.length)

  return {
    encode(row, x, xAt, y, yAt, unseen) {
      if (row === null || typeof row !== 'object')
        return { field: '', reason: `expected a row, an object of named values; was given ${shown(row)}` }
      const values = row as Record<string, unknown>
      for (let i = 0; i < names.length; i++) {
        const value = values[names[i]!]
        const number = inputs[i]!.encode(value)
        if (number === REJECTED) return { field: names[i]!, reason: reasonFor(names[i]!, inputs[i]!.field, value) }
        if (number === -1 && inputs[i]!.field.kind === 'category') unseen.push({ field: i, value: value as Value })
        x[xAt + i] = number
      }
      for (let i = 0; i < targets.length; i++) {
        const value = values[targets[i]!]
        const { field, encode } = outputs[i]!
        // a row without its target is predicted and not learned
        const number = isMissing(value) ? Number.NaN : encode(value)
        if (number === REJECTED) return { field: targets[i]!, reason: reasonFor(targets[i]!, field, value) }
        if (number === -1 && field.kind === 'category') unseen.push({ field: names.length + i, value: value as Value })
        y[yAt + i] = number
      }
      return weight !== undefined && !isWeight(values[weight])
        ? {
            field: weight,
            reason: `${weight}: expected a weight, a number from 0 up; was given ${shown(values[weight])}`,
          }
        : undefined
    },
    copy(chunk, i, x, xAt, y, yAt) {
      const place = (
        fields: typeof inputs,
        names_: readonly string[],
        from: Floats | undefined,
        to: Float64Array,
        at: number,
      ) => {
        for (let j = 0; j < fields.length; j++) {
          const number = from ? from[i * fields.length + j]! : Number.NaN
          const vocabulary = vocabularies[fields === inputs ? j : names.length + j]
          if (Number.isNaN(number) && fields === inputs && fields[j]!.field.missing === 'reject')
            return { field: names_[j]!, reason: reasonFor(names_[j]!, fields[j]!.field, undefined) }
          const fits = vocabulary
            ? number >= -1 && number < vocabulary.values.length && number % 1 === 0
            : number >= -LARGEST && number <= LARGEST
          if (!Number.isNaN(number) && !fits)
            return {
              field: names_[j]!,
              reason: vocabulary
                ? `${names_[j]}: expected the column of a known name, 0 to ${vocabulary.values.length - 1}; was given ${number}`
                : reasonFor(names_[j]!, fields[j]!.field, number),
            }
          to[at + j] = number
        }
        return undefined
      }
      const weightOfRow = chunk.weights?.[i]
      if (weightOfRow !== undefined && !isWeight(weightOfRow))
        return { field: 'weights', reason: `weights: expected a number from 0 up; was given ${weightOfRow}` }
      return place(inputs, names, chunk.x, x, xAt) ?? place(outputs, targets, chunk.y, y, yAt)
    },
    weightOf: (row) => (weight === undefined ? 1 : ((row as Record<string, number | null | undefined>)[weight] ?? 1)),
  }
}

const isWeight = (value: unknown): boolean =>
  isMissing(value) || (typeof value === 'number' && value >= 0 && value <= LARGEST)
