import { shown } from '../options/shown.js'
import { hashText } from '../random.js'
import type { Floats } from '../values.js'
import type { SparseShape } from './field.js'
import { LARGEST } from './refusal.js'

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
const unfit = (value: unknown, place: string): string => `has ${shown(value)} ${place}; expected a number within ±1e150`
const noIndex = (index: unknown, capacity: number): string =>
  `has the index ${shown(index)}; expected a whole number from 0 to ${capacity - 1}`
const tooMany = (active: number): string =>
  `has more than ${active} names in a row; expected fewer, or a larger active in hashed({ active })`

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
      if (typeof name !== 'string' && typeof name !== 'number')
        return `has ${shown(name)} among its names; expected text or numbers`
      end = add(into, first, end, most, hashText(`${name}`) % capacity, 1)
      if (end === TOO_MANY) return tooMany(active)
    }
  else if (typeof value !== 'object' || value === null)
    return `is ${shown(value)}; expected an array of names, a record of names to numbers, or { indices, values }`
  else if (isReady(value)) {
    const { indices, values } = value
    if (indices.length !== values?.length)
      return `has ${indices.length} indices and ${values?.length ?? 'no'} values; expected a value for each index`
    for (let k = 0; k < indices.length; k++) {
      const index = indices[k]
      const v = values[k]
      if (!isIndex(index, capacity)) return noIndex(index, capacity)
      if (!isFit(v)) return unfit(v, `at index ${index}`)
      end = add(into, first, end, most, index, v)
      if (end === TOO_MANY) return tooMany(active)
    }
  } else
    for (const name in value) {
      const given = (value as Record<string, unknown>)[name]
      // A name whose number is null or undefined counts as absent.
      if (given === undefined || given === null) continue
      const v = typeof given === 'boolean' ? +given : given
      if (!isFit(v)) return unfit(given, `for '${name}'`)
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
    return `begins with ${count}; expected the count of its indices, a whole number from 0 to ${active}`
  into[at] = count
  into.fill(0, at + 1, at + 1 + 2 * active)
  let last = -1
  for (let k = 0; k < count; k++) {
    const index = from[start + 1 + 2 * k]
    const value = from[start + 2 + 2 * k]
    if (!isIndex(index, capacity)) return noIndex(index, capacity)
    if (!(value >= -LARGEST && value <= LARGEST)) return unfit(value, `at index ${index}`)
    // Ascending indices are distinct; only others need to be compared with each other.
    if (index <= last)
      for (let i = 0; i < k; i++)
        if (into[at + 1 + 2 * i] === index)
          return `has the index ${index} twice; expected each index once, with the sum of its values`
    if (index > last) last = index
    into[at + 1 + 2 * k] = index
    into[at + 2 + 2 * k] = value
  }
  return undefined
}
