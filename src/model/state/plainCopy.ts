import { shown } from '../../options/shown.js'
import type { Snapshot } from '../../records.js'

/** The deepest nesting that is copied. */
const DEEPEST = 64

/** Returns the type of an object by its name, such as `Object` or `Float64Array`, also of one from another realm. */
export const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

/** Tells whether the value consists of records, lists, texts, numbers, true, false, null and undefined. */
const isPlain = (value: unknown, depth = 0): boolean =>
  typeof value === 'object' && value !== null
    ? depth < DEEPEST &&
      (Array.isArray(value) || tagOf(value) === 'Object') &&
      Object.values(value).every((part) => isPlain(part, depth + 1))
    : typeof value !== 'bigint'

/**
 * Copies what operators keep, by name.
 * @throws TypeError if it is not plain data
 */
export const plainCopy = (by: string, kept: Snapshot['kept']): Snapshot['kept'] =>
  Object.fromEntries(
    Object.entries(kept).map(([name, state]) => {
      try {
        const copy = structuredClone(state)
        if (isPlain(copy)) return [name, copy]
      } catch {
        // Functions, symbols and the like cannot be cloned.
      }
      throw new TypeError(`${by}: kept.${name} is ${shown(state)}; expected plain data, as in { rows: 3 }.`)
    }),
  )
