import { F64 } from '../program/abi.js'
import type { Field, SparseShape } from './field.js'
import type { FieldSite } from './site.js'

/**
 * The methods of a category that is read by index: it is a sparse row in place of one-hot columns, [1, index, 1], or
 * [0, …] for a name without a column.
 */
export const byIndex = {
  columns: () => 3,
  sparse(this: Field & { readonly capacity?: number }): SparseShape {
    return { active: 1, rows: this.capacity as number }
  },
  emit({ emit, raw, columns, constant, scratch }: FieldSite): void {
    const row = scratch(3)
    // Neither −1 nor NaN is greater, so both give a count of 0.
    emit('greater', { out: row, a: raw, b: constant(-0.5), n: 1, type: F64 })
    emit('copy', { out: row + 8, a: raw, n: 1, type: F64 })
    emit('copy', { out: row + 16, a: row, n: 1, type: F64 })
    emit('cast', { out: columns, a: row, n: 3 })
  },
}
