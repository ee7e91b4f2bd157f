import type { FieldEncoder } from '../../features/encoder.js'
import { isRecalled, widthOf } from '../../features/field.js'
import type { ChunkLayout } from '../../features/memory.js'
import { isInBounds, isWeight, MISSING, notANumber, type Refused } from '../../features/refusal.js'
import type { Chunk } from '../../records.js'
import type { Floats } from '../../values.js'

/**
 * Copies a chunk's rows, applying the same checks as for row objects; it returns the reason of a refusal, or undefined.
 */
export interface ChunkReader {
  /** How many numbers of `x` make up a row. */
  readonly width: number
  weight(chunk: Chunk, i: number): Refused | undefined
  features(chunk: Chunk, i: number, x: Float64Array, at: number): Refused | undefined
  labels(chunk: Chunk, i: number, y: Float64Array, at: number): Refused | undefined
}

/** Reads rows of a chunk, whose values are numbers already. */
export const createChunkReader = (
  inputs: readonly FieldEncoder[],
  outputs: readonly FieldEncoder[],
  layout?: ChunkLayout,
): ChunkReader => {
  const width = layout?.width ?? inputs.reduce((sum, { field }) => sum + widthOf(field), 0)
  // In these columns a finite number is always accepted, so a row in which all are finite needs no further check.
  const numbers = new Set(
    [inputs, outputs].filter((fields) => fields.every(({ field }) => !field.copy && !(layout && fields === inputs))),
  )
  const read = (
    fields: readonly FieldEncoder[],
    from: Floats | undefined,
    i: number,
    into: Float64Array,
    at: number,
  ): Refused | undefined => {
    const start = i * (fields === inputs ? width : fields.length)
    if (from && numbers.has(fields) && copyNumbers(from, start, fields.length, into, at)) return undefined
    for (let j = 0; j < fields.length; j++) {
      const { name, field, at: own, vocabulary } = fields[j]
      // What a field recalls from other columns is written later.
      if (isRecalled(field)) continue
      const place = start + (layout && fields === inputs ? (layout.columns.get(name) as number) : own)
      const number = from ? from[place] : Number.NaN
      if (Number.isNaN(number) && fields === outputs) {
        // A row without its target is predicted but not learned.
        into[at + own] = number
        continue
      }
      const refused = field.copy
        ? field.copy(from as Floats, place, into, at + own, vocabulary)
        : copyNumber(field.missing, number, into, at + own)
      if (refused !== undefined) return { field: name, reason: `${name} ${refused}` }
    }
    return undefined
  }
  return {
    width,
    weight({ weights }, i) {
      const weight = weights?.[i]
      return weight === undefined || isWeight(weight)
        ? undefined
        : { field: 'weights', reason: `a weight is ${weight}; expected a number from 0 to 1e150` }
    },
    features: (chunk, i, x, at) => read(inputs, chunk.x, i, x, at),
    labels: (chunk, i, y, at) => read(outputs, chunk.y, i, y, at),
  }
}

/** Copies numbers; it returns false if one of them is missing or does not fit. */
const copyNumbers = (from: Floats, start: number, count: number, into: Float64Array, at: number): boolean => {
  let fit = true
  for (let j = 0; j < count; j++) {
    const number = from[start + j]
    if (!isInBounds(number)) fit = false
    into[at + j] = number
  }
  return fit
}

const copyNumber = (missing: string, number: number, into: Float64Array, at: number): string | undefined => {
  into[at] = number
  if (Number.isNaN(number)) return missing === 'reject' ? MISSING : undefined
  return isInBounds(number) ? undefined : notANumber(number)
}
