import { shown } from '../options/shown.js'
import { hashText } from '../random.js'
import type { Floats } from '../values.js'
import type { SparseShape } from './field.js'
import { LARGEST } from './refusal.js'
import { type Sums, withSums } from './sums.js'

const isFit = (v: unknown): v is number => typeof v === 'number' && v >= -LARGEST && v <= LARGEST
const unfit = (value: unknown, place: string): string => `has ${shown(value)} ${place}; expected a number within ±1e150`
const noIndex = (index: unknown, capacity: number): string =>
  `has the index ${shown(index)}; expected a whole number from 0 to ${capacity - 1}`

/** Adds up the numbers of a row's names by their indices; it returns what is wrong with the names, or undefined. */
const addNames = (value: unknown, capacity: number, sums: Sums): string | undefined => {
  if (Array.isArray(value))
    for (let k = 0; k < value.length; k++) {
      const name: unknown = value[k]
      if (typeof name !== 'string' && typeof name !== 'number')
        return `has ${shown(name)} among its names; expected text or numbers`
      sums.add(hashText(`${name}`) % capacity, 1)
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
      sums.add(index, v)
    }
  } else
    for (const name in value) {
      const given = (value as Record<string, unknown>)[name]
      // A name whose number is null or undefined counts as absent.
      if (given === undefined || given === null) continue
      const v = typeof given === 'boolean' ? +given : given
      if (!isFit(v)) return unfit(given, `for '${name}'`)
      sums.add(hashText(name) % capacity, v)
    }
  return undefined
}

/** A record of names may contain a name `indices`, but its value is then a number. */
const isReady = (value: object): value is { indices: ArrayLike<unknown>; values?: ArrayLike<unknown> } => {
  const { indices } = value as { indices?: unknown }
  return typeof indices === 'object' && indices !== null
}
const isIndex = (index: unknown, capacity: number): index is number =>
  typeof index === 'number' && index >= 0 && index < capacity && index % 1 === 0

/** Returns the names of a row that it gives as such, and not as indices. */
export const namesIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.map(String)
  return typeof value !== 'object' || value === null || isReady(value) ? [] : Object.keys(value)
}

/**
 * Writes sums as a sparse row: how many there are, index, value, index, value, …, then zeros. Of more than `active`,
 * those with the largest absolute values are written, and of equal ones the first.
 */
export const writeSums = ({ count, indices, values }: Sums, active: number, into: Floats, at: number): void => {
  into[at] = count
  let end = at + 1
  if (count <= active)
    for (let i = 0; i < count; i++) {
      into[end++] = indices[i]
      into[end++] = values[i]
    }
  else {
    const sizes = values.slice(0, count).map(Math.abs)
    const least = sizes.slice().sort()[count - active]
    let equal = active
    for (let i = 0; i < count; i++) if (sizes[i] > least) equal--
    for (let i = 0; i < count; i++)
      if (sizes[i] > least || (sizes[i] === least && equal-- > 0)) {
        into[end++] = indices[i]
        into[end++] = values[i]
      }
  }
  into.fill(0, end, at + 1 + 2 * active)
}

/**
 * Writes a row's names as a sparse row; the values of equal indices are added.
 *
 * @returns what is wrong with the names, or undefined
 */
export const writeSparseRow = (
  { active, rows: capacity }: SparseShape,
  value: unknown,
  into: Floats,
  at: number,
): string | undefined =>
  withSums((sums) => {
    const refused = addNames(value, capacity, sums)
    if (refused === undefined) writeSums(sums, active, into, at)
    return refused
  })

/**
 * Copies and checks a row that already consists of numbers. Its count may be larger than `active`, as that of a row of
 * which only so many entries were kept.
 */
export const copySparseRow = (
  { active, rows: capacity }: SparseShape,
  from: Floats,
  start: number,
  into: Floats,
  at: number,
): string | undefined => {
  const count = from[start]
  if (!isIndex(count, Infinity)) return `begins with ${count}; expected the count of its indices, a whole number`
  into[at] = count
  into.fill(0, at + 1, at + 1 + 2 * active)
  let last = -1
  for (let k = 0; k < Math.min(count, active); k++) {
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
