import type { HashedField } from '../features/hashed.js'
import { hashText } from '../random.js'
import type { Floats } from '../types.js'
import { LARGEST, shown } from './refusal.js'

/**
 * Writes a row's names as count, index, value, index, value, …, the rest zeros; equal indices are added up.
 *
 * @returns what is wrong with them, if anything is
 */
export const writeSparse = (
  { capacity, active }: HashedField,
  value: unknown,
  into: Float64Array,
  at: number,
): string | undefined => {
  let end = at + 1
  const most = at + 1 + 2 * active
  const add = (index: number, number: unknown): string | undefined => {
    const v = typeof number === 'boolean' ? +number : number
    if (!(typeof v === 'number' && v >= -LARGEST && v <= LARGEST))
      return `expected a finite number (up to ±1e150), was given ${shown(number)}`
    for (let i = at + 1; i < end; i += 2)
      if (into[i] === index) {
        into[i + 1]! += v
        return undefined
      }
    if (end === most) return `more than ${active} names in a row; give hashed({ active }) more, or the row fewer`
    into[end] = index
    into[end + 1] = v
    end += 2
    return undefined
  }
  const all = (): string | undefined => {
    if (Array.isArray(value)) {
      for (const name of value) {
        if (typeof name !== 'string' && typeof name !== 'number') return `expected names, was given ${shown(name)}`
        const wrong = add(hashText(`${name}`) % capacity, 1)
        if (wrong) return wrong
      }
      return undefined
    }
    if (typeof value !== 'object' || value === null)
      return `expected names (an array, or a record of names to numbers) or { indices, values }, was given ${shown(value)}`
    const { indices, values } = value as { indices?: ArrayLike<unknown>; values?: ArrayLike<unknown> }
    if (typeof indices === 'object' && indices !== null) {
      if (indices.length !== values?.length)
        return `expected a value for each of ${indices.length} indices, was given ${values?.length ?? 'none'}`
      for (let k = 0; k < indices.length; k++) {
        const index = indices[k]
        if (!isIndex(index, capacity))
          return `expected an index, a whole number from 0 to ${capacity - 1}, was given ${shown(index)}`
        const wrong = add(index, values[k])
        if (wrong) return wrong
      }
      return undefined
    }
    for (const name in value) {
      const number = (value as Record<string, unknown>)[name]
      // a name without a number is not there
      const wrong = number === undefined || number === null ? undefined : add(hashText(name) % capacity, number)
      if (wrong) return `${name}: ${wrong}`
    }
    return undefined
  }
  const wrong = all()
  if (wrong) return wrong
  into[at] = (end - at - 1) / 2
  into.fill(0, end, most)
  return undefined
}

const isIndex = (index: unknown, capacity: number): index is number =>
  typeof index === 'number' && index >= 0 && index < capacity && index % 1 === 0

/** Copies a row that is numbers already, checked. */
export const copySparse = (
  { capacity, active }: HashedField,
  from: Floats,
  start: number,
  into: Float64Array,
  at: number,
): string | undefined => {
  const count = from[start]!
  if (!isIndex(count, active + 1))
    return `expected the count of its indices, a whole number from 0 to ${active}; was given ${count}`
  into[at] = count
  into.fill(0, at + 1, at + 1 + 2 * active)
  let last = -1
  for (let k = 0; k < count; k++) {
    const index = from[start + 1 + 2 * k]!
    const value = from[start + 2 + 2 * k]!
    if (!isIndex(index, capacity))
      return `expected an index, a whole number from 0 to ${capacity - 1}; was given ${index}`
    if (!(value >= -LARGEST && value <= LARGEST))
      return `expected a finite number (up to ±1e150), at index ${index}; was given ${value}`
    // ascending indices differ from each other; others are compared
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
