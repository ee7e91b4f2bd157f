import type { Field } from '../features/field.js'
import type { NumericField } from '../features/numeric.js'
import type { Emit } from '../program/bytecode.js'
import { ADVANCE, EXPONENTIAL } from '../program/statistics.js'
import { columnsOf } from './configuration.js'

/** Where a field's number comes in, where its columns stand, and where its running statistics do (byte addresses). */
export interface FieldPlace {
  readonly field: Field
  readonly raw: number
  readonly columns: number
  /** n, μ, σ² as f64; −1 for a field that is not scaled. */
  readonly scaler: number
}

export const isScaled = (field: Field): field is NumericField => field.kind === 'numeric' && field.scale !== 'none'
export const isPlain = (field: Field): boolean => field.kind === 'numeric' && field.scale === 'none'
const kindOf = ({ scale }: NumericField): number => (scale === 'exponential' ? EXPONENTIAL : 0)

/** A field's number (or those of n plain fields) becomes columns, by the committed statistics (advanced by this row alone, or as they are). */
export const emitColumns = (
  emit: Emit,
  { field, raw: a, columns: out, scaler: b }: FieldPlace,
  advance: boolean,
  constant: (value: number) => number,
  n = 1,
): void => {
  if (field.kind === 'category') emit('oneHot', { out, a, n: columnsOf(field) })
  else if (field.kind === 'hashed') emit('cast', { out, a, n: columnsOf(field) })
  else if (field.kind === 'cyclic') emit('cyclic', { out, a, c: constant(field.period) })
  else if (!isScaled(field)) emit('cast', { out, a, n })
  else emit('scale', { out, a, b, c: constant(field.clip), flags: kindOf(field) | (advance ? ADVANCE : 0) })
}

/** A field's statistics take in the row for good. */
export const emitCommit = (emit: Emit, { field, raw: a, scaler: b }: FieldPlace): void => {
  if (isScaled(field)) emit('commitScale', { a, b, flags: kindOf(field) })
}
