import { F64 } from '../program/abi.js'
import type { Floats } from '../values.js'
import { atPowersOfTwo, powerOfTwo, type Room } from './room.js'
import type { FieldSite } from './site.js'

/** A field of sparse rows, as far as its kinds have it in common. */
export interface SparseField {
  readonly kind: string
  readonly active: number
}

/** Emits the instructions that pass a sparse row on to the circuit, with the count of the entries that it holds. */
export function emitSparseRow(this: SparseField, { emit, raw: a, columns: out, constant, scratch }: FieldSite): void {
  const count = scratch(1)
  emit('cast', { out, a, n: 1 + 2 * this.active })
  emit('min', { out: count, a, b: constant(this.active), n: 1, type: F64 })
  emit('cast', { out, a: count, n: 1 })
}

/** Creates what counts the rows that have more names than the field reads. */
export const createRowRoom = ({ kind, active }: SparseField): Room => {
  const isDue = atPowersOfTwo()
  let count = 0
  let most = 0
  return {
    shortens(x: Floats, at: number) {
      if (!(x[at] > active)) return false
      count++
      most = Math.max(most, x[at])
      return true
    },
    count: () => count,
    news() {
      if (!isDue(count)) return undefined
      const rows = count === 1 ? 'a row of' : `${count} rows so far of up to`
      return {
        capacity: active,
        count,
        reason: `has ${rows} ${most} names, of which the ${active} with the largest numbers are read; ${kind}({ active: ${powerOfTwo(most)} }) reads all of them`,
      }
    },
  }
}
