import type { Floats } from '../types.js'
import type { Encoder, FieldEncoder } from './encode.js'
import { isWeight, LARGEST, type Refused, reasonFor } from './refusal.js'

/** Copies a row of a chunk, whose values are numbers already, and refuses what an object's row would be refused for. */
export const createChunkReader = (
  inputs: readonly FieldEncoder[],
  outputs: readonly FieldEncoder[],
): Encoder['copy'] => {
  const place = (
    fields: readonly FieldEncoder[],
    from: Floats | undefined,
    i: number,
    into: Float64Array,
    at: number,
  ): Refused | undefined => {
    for (let j = 0; j < fields.length; j++) {
      const number = from ? from[i * fields.length + j]! : Number.NaN
      const refused = Number.isNaN(number) ? missing(fields[j]!, fields === inputs) : unfit(fields[j]!, number)
      if (refused) return refused
      into[at + j] = number
    }
    return undefined
  }
  return (chunk, i, x, xAt, y, yAt) => {
    const weight = chunk.weights?.[i]
    if (weight !== undefined && !isWeight(weight))
      return { field: 'weights', reason: `weights: expected a number from 0 up; was given ${weight}` }
    return place(inputs, chunk.x, i, x, xAt) ?? place(outputs, chunk.y, i, y, yAt)
  }
}

const missing = ({ name, field }: FieldEncoder, needed: boolean): Refused | undefined =>
  needed && field.missing === 'reject' ? { field: name, reason: reasonFor(name, field, undefined) } : undefined

const unfit = ({ name, field, vocabulary }: FieldEncoder, number: number): Refused | undefined => {
  if (!vocabulary)
    return number >= -LARGEST && number <= LARGEST ? undefined : { field: name, reason: reasonFor(name, field, number) }
  const last = vocabulary.values.length - 1
  return number >= -1 && number <= last && number % 1 === 0
    ? undefined
    : { field: name, reason: `${name}: expected the column of a known name, 0 to ${last}; was given ${number}` }
}
