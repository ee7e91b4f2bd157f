import { hashText } from '../random.js'
import type { Floats } from '../values.js'
import type { SparseShape } from './field.js'
import { LARGEST, shown } from './refusal.js'

/** The result for a row that has more names than the field allows. */
const TOO_MANY = -1

/**
 * Appends an index and its value at `end`, or adds the value to an equal index from `first` on; it returns the new end.
 */
const add = (into: Floats, first: number, end: number, most: number, index: number, v: number): number => {
  for (let i = first; i < end; i += 2)
    if (into[i] === index) {
      into[i + 1] += v
      return end
    }
  if (end === most) return TOO_MANY
  into[end] = index
  into[end + 1] = v
  return end + 2
}

const isFit = (v: unknown): v is number => typeof v === 'number' && v >= -LARGEST && v <= LARGEST
const unfit = (value: unknown): string => `expected a finite number (up to ±1e150), was given ${shown(value)}`
const tooMany = (active: number): string =>
  `more than ${active} names in a row; give hashed({ active }) more, or the row fewer`

/**
 * Writes a row's names as count, index, value, index, value, …, then zeros; the values of equal indices are added.
 *
 * @returns what is wrong with the names, or undefined
 */
export const writeSparseRow = (
  { active, rows: capacity }: SparseShape,
  value: unknown,
  into: Floats,
  at: number,
): string | undefined => {
  const first = at + 1
  const most = first + 2 * active
  let end = first
  if (Array.isArray(value))
    for (let k = 0; k < value.length; k++) {
      const name: unknown = value[k]
      if (typeof name !== 'string' && typeof name !== 'number') return `expected names, was given ${shown(name)}`
      end = add(into, first, end, most, hashText(`${name}`) % capacity, 1)
      if (end === TOO_MANY) return tooMany(active)
    }
  else if (typeof value !== 'object' || value === null)
    return `expected names (an array, or a record of names to numbers) or { indices, values }, was given ${shown(value)}`
  else if (isReady(value)) {
    const { indices, values } = value
    if (indices.length !== values?.length)
      return `expected a value for each of ${indices.length} indices, was given ${values?.length ?? 'none'}`
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k]
      const v = values[k]
      if (!isIndex(index, capacity))
        return `expected an index, a whole number from 0 to ${capacity - 1}, was given ${shown(index)}`
      if (!isFit(v)) return unfit(v)
      end = add(into, first, end, most, index, v)
      if (end === TOO_MANY) return tooMany(active)
    }
  } else
    for (const name in value) {
      const given = (value as Record<string, unknown>)[name]
      // A name whose number is null or undefined counts as absent.
      if (given === undefined || given === null) continue
      const v = typeof given === 'boolean' ? +given : given
      if (!isFit(v)) return `${name}: ${unfit(given)}`
      end = add(into, first, end, most, hashText(name) % capacity, v)
      if (end === TOO_MANY) return tooMany(active)
    }
  into[at] = (end - first) / 2
  into.fill(0, end, most)
  return undefined
}

/** A record of names may contain a name `indices`, but its value is then a number. */
const isReady = (value: object): value is { indices: ArrayLike<unknown>; values?: ArrayLike<unknown> } => {
  const { indices } = value as { indices?: unknown }
  return typeof indices === 'object' && indices !== null
}
const isIndex = (index: unknown, capacity: number): index is number =>
  typeof index === 'number' && index >= 0 && index < capacity && index % 1 === 0

/** Copies and checks a row that already consists of numbers. */
export const copySparseRow = (
  { active, rows: capacity }: SparseShape,
  from: Floats,
  start: number,
  into: Floats,
  at: number,
): string | undefined => {
  const count = from[start]
  if (!isIndex(count, active + 1))
    return `expected the count of its indices, a whole number from 0 to ${active}; was given ${count}`
  into[at] = count
  into.fill(0, at + 1, at + 1 + 2 * active)
  let last = -1
  for (let k = 0; k < count; k++) {
    const index = from[start + 1 + 2 * k]
    const value = from[start + 2 + 2 * k]
    if (!isIndex(index, capacity))
      return `expected an index, a whole number from 0 to ${capacity - 1}; was given ${index}`
    if (!(value >= -LARGEST && value <= LARGEST))
      return `expected a finite number (up to ±1e150), at index ${index}; was given ${value}`
    // Ascending indices are distinct; only others need to be compared with each other.
    if (index <= last)
      for (let i = 0; i < k; i++)
        if (into[at + 1 + 2 * i] === index)
          return `index ${index} stands there twice; add up its values, or put it there once`
    if (index > last) last = index
    into[at + 1 + 2 * k] = index
    into[at + 2 + 2 * k] = value
  }
  return undefined
}
