import { hashText } from '../random.js'
import type { Value } from '../values.js'

/** A name that has no column yet. `field` is its place among the features and then the target. */
export interface Unseen {
  readonly field: number
  readonly value: Value
}

/** The names that a field declares: those known from the start, how many it may have, and what more of them mean. */
export interface Names {
  readonly values: readonly Value[]
  readonly capacity: number
  readonly onFull: 'hash' | 'evictOldest' | 'reject' | undefined
}

/** The names of a category field by column: it grows as rows are learned, never as they are read. */
export interface Vocabulary {
  /** In column order. A new list at every change, so that whoever holds one sees no change. */
  readonly values: readonly Value[]
  /** The column of a name; −1: it has none yet; `NO_ROOM`: it gets none. */
  columnOf(value: Value): number
  /** Gives a name its column, if one is to be had. */
  commit(value: Value): void
  /** The column that the last of these names will have once all are committed in order; −1: none. */
  columnAfter(values: readonly Value[]): number
  restore(values: readonly Value[], evictions: number): void
  /** How often a name took another's column. */
  readonly evictions: number
}

/** Looking at so many names is quicker than finding one by its hash. */
const FEW = 4

/** No column is left for this name, and its row is to be rejected. */
export const NO_ROOM = -2

export const createVocabulary = (declared: Names): Vocabulary => {
  const { values: start, capacity, onFull } = declared
  let columns = new Map(start.map((value, column) => [`${value}`, column]))

  // no getters: engines read an object with such slowly
  const own: { -readonly [K in keyof Vocabulary]: Vocabulary[K] } = {
    values: start,
    evictions: 0,
    columnOf(value) {
      const { values } = own
      if (values.length <= FEW) for (let i = 0; i < values.length; i++) if (values[i] === value) return i
      const name = `${value}`
      const column = columns.get(name)
      if (column !== undefined) return column
      if (values.length < capacity || onFull === 'evictOldest') return -1
      return onFull === 'hash' ? hashText(name) % capacity : NO_ROOM
    },
    commit(value) {
      const { values } = own
      const name = `${value}`
      if (columns.has(name)) return
      if (values.length < capacity) {
        columns.set(name, values.length)
        own.values = [...values, value]
      } else if (onFull === 'evictOldest') {
        const column = own.evictions++ % capacity
        columns.delete(`${values[column]}`)
        columns.set(name, column)
        own.values = values.map((old, i) => (i === column ? value : old))
      }
    },
    columnAfter(names) {
      const after = createVocabulary(declared)
      after.restore(own.values, own.evictions)
      for (const name of names) after.commit(name)
      return Math.max(-1, after.columnOf(names[names.length - 1] as Value))
    },
    restore(saved, savedEvictions) {
      own.values = saved
      columns = new Map(saved.map((value, column) => [`${value}`, column]))
      own.evictions = savedEvictions
    },
  }
  return own
}
