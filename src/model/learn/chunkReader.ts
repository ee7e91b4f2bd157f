import { widthOf } from '../../compile/configuration.js'
import { isWeight, LARGEST, type Refused, reasonFor } from '../../features/refusal.js'
import { copySparse } from '../../features/sparse.js'
import type { Chunk } from '../../records.js'
import type { Floats } from '../../values.js'
import type { FieldEncoder } from '../state/encode.js'

/** Copies a chunk's rows, and refuses what an object's row would be refused for: gives why, or undefined. */
export interface ChunkReader {
  weight(chunk: Chunk, i: number): Refused | undefined
  features(chunk: Chunk, i: number, x: Float64Array, at: number): Refused | undefined
  labels(chunk: Chunk, i: number, y: Float64Array, at: number): Refused | undefined
}

/** Reads rows of a chunk, whose values are numbers already. */
export const createChunkReader = (inputs: readonly FieldEncoder[], outputs: readonly FieldEncoder[]): ChunkReader => {
  const width = inputs.reduce((sum, { field }) => sum + widthOf(field), 0)
  // numbers alone: a row whose numbers all fit needs no second look
  const plain = new Set([inputs, outputs].filter((fields) => fields.every(({ field }) => field.kind === 'numeric')))
  const place = (
    fields: readonly FieldEncoder[],
    from: Floats | undefined,
    i: number,
    into: Float64Array,
    at: number,
  ): Refused | undefined => {
    const start = i * (fields === inputs ? width : fields.length)
    if (from && plain.has(fields) && copyPlain(from, start, fields.length, into, at)) return undefined
    for (let j = 0; j < fields.length; j++) {
      const { name, field, at: own } = fields[j]!
      const number = from ? from[start + own]! : Number.NaN
      if (field.kind === 'hashed' && from && !Number.isNaN(number)) {
        const wrong = copySparse(field, from, start + own, into, at + own)
        if (wrong) return { field: name, reason: `${name}: ${wrong}` }
        continue
      }
      const refused = Number.isNaN(number) ? missing(fields[j]!, fields === inputs) : unfit(fields[j]!, number)
      if (refused) return refused
      if (field.kind === 'hashed') into.fill(0, at + own, at + own + widthOf(field))
      else into[at + own] = number
    }
    return undefined
  }
  return {
    weight({ weights }, i) {
      const weight = weights?.[i]
      return weight === undefined || isWeight(weight)
        ? undefined
        : { field: 'weights', reason: `weights: expected a number from 0 up; was given ${weight}` }
    },
    features: (chunk, i, x, at) => place(inputs, chunk.x, i, x, at),
    labels: (chunk, i, y, at) => place(outputs, chunk.y, i, y, at),
  }
}

/** Copies numbers; false where one of them is missing or does not fit. */
const copyPlain = (from: Floats, start: number, count: number, into: Float64Array, at: number): boolean => {
  let fit = true
  for (let j = 0; j < count; j++) {
    const number = from[start + j]!
    if (!(number >= -LARGEST && number <= LARGEST)) fit = false
    into[at + j] = number
  }
  return fit
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
