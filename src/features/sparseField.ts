import { shown } from '../options/shown.js'
import { F64 } from '../program/abi.js'
import type { Floats } from '../values.js'
import type { Field, SparseShape } from './field.js'
import { copySparseRow } from './hashedRow.js'
import { MISSING } from './refusal.js'
import { isDue, powerOfTwo, type Room, type Tally } from './room.js'
import type { FieldSite, TargetSite } from './site.js'

/** The settings that all kinds of sparse rows have. */
export interface SparseSettings<M extends 'empty' | 'reject' = 'empty' | 'reject'> {
  readonly kind: string
  /** The number of weights, which all names share. */
  readonly capacity: number
  /** The largest number of a row's names that are read: those with the largest numbers. */
  readonly active: number
  /** How a row without this field is treated: `empty` reads it as having no names, `reject` rejects it. */
  readonly missing: M
}

/** Beyond this, not every whole number is representable in f32. */
const MOST = 16777216
/** Most rows have no more names than this, of the many for which there is room. */
const USUAL = 64

/** The methods shared by all kinds of field that are sparse rows. */
export const sparseRow = {
  /** The width is one count, then an index and a value for each name. */
  width(this: SparseSettings): number {
    return 1 + 2 * this.active
  },
  fanIn(this: SparseSettings): number {
    return Math.min(this.active, USUAL)
  },
  sparse(this: SparseSettings): SparseShape {
    return { active: this.active, rows: this.capacity }
  },
  copy(this: SparseSettings, from: Floats, start: number, into: Floats, at: number): string | undefined {
    const { active, capacity: rows, missing } = this
    if (!Number.isNaN(from[start])) return copySparseRow({ active, rows }, from, start, into, at)
    into.fill(0, at, at + 1 + 2 * active)
    return missing === 'reject' ? MISSING : undefined
  },
  /** Emits the instructions that pass the row on to the circuit, with the count of the entries that it holds. */
  emit(this: SparseSettings, { emit, raw: a, columns: out, constant, scratch }: FieldSite): void {
    const count = scratch(1)
    emit('cast', { out, a, n: 1 + 2 * this.active })
    emit('min', { out: count, a, b: constant(this.active), n: 1, type: F64 })
    emit('cast', { out, a: count, n: 1 })
  },
  room(this: SparseSettings): Room {
    return createRowRoom(this)
  },
  asTarget(this: SparseSettings, { name }: TargetSite): Field {
    throw new RangeError(
      `createModel: target '${name}' is ${this.kind}, which is for features; expected numeric() or category().`,
    )
  },
}

/** The number of a row's names that are read, unless a field gives another or has no more columns than that. */
const MOST_ACTIVE = 256

/** Checks the size of a sparse row, and returns the number of its names that are read. */
export const checkedShape = (what: string, capacity: number, given: number | undefined): number => {
  const active = given ?? Math.min(capacity, MOST_ACTIVE)
  if (!(Number.isInteger(capacity) && capacity >= 1 && capacity <= MOST))
    throw new RangeError(`${what}: capacity is ${shown(capacity)}; expected a whole number from 1 to 2²⁴.`)
  if (!(Number.isInteger(active) && active >= 1 && active <= capacity))
    throw new RangeError(
      `${what}: active is ${shown(active)}; expected a whole number from 1 to the capacity, ${capacity}.`,
    )
  return active
}

interface RowTally extends Tally {
  /** The largest number of names that a row had. */
  most: number
}

/** Creates what counts the rows that have more names than the field reads. */
const createRowRoom = ({ kind, active }: SparseSettings): Room => {
  const room: Room & { tally: RowTally | undefined } = {
    tally: undefined,
    shortens(x: Floats, at: number) {
      if (!(x[at] > active)) return false
      room.tally ??= { count: 0, next: 1, most: 0 }
      const { tally } = room
      tally.count++
      tally.most = Math.max(tally.most, x[at])
      return true
    },
    news() {
      if (!room.tally || !isDue(room.tally)) return undefined
      const { count, most } = room.tally
      const rows = count === 1 ? 'a row of' : `${count} rows so far of up to`
      return {
        capacity: active,
        count,
        reason: `has ${rows} ${most} names, of which the ${active} with the largest numbers are read; ${kind}({ active: ${powerOfTwo(most)} }) reads all of them`,
      }
    },
  }
  return room
}
