import { hashText } from '../random.js'
import type { Value } from '../types.js'
import type { CategoryField } from './category.js'

/** The names of a category field by column: it grows as rows are learned, never as they are read. */
export interface Vocabulary {
  /** In column order. A new list at every change, so that whoever holds one sees no change. */
  readonly values: readonly Value[]
  /** The column of a name; −1: it has none yet; `FULL`: it gets none. */
  columnOf(value: Value): number
  /** Gives a name its column, if one is to be had. */
  commit(value: Value): void
  /** The column that the last of these names will have once all are committed in order; −1: none. */
  columnAfter(values: readonly Value[]): number
  restore(values: readonly Value[], evictions: number): void
  /** How often a name took another's column. */
  readonly evictions: number
}

/** No column is left for this name, and its row is to be rejected. */
export const FULL = -2

export const createVocabulary = (field: CategoryField, capacity: number): Vocabulary => {
  const { values: start, onFull } = field
  let values: readonly Value[] = start
  let columns = new Map(start.map((value, column) => [`${value}`, column]))
  let evictions = 0

  return {
    get values() {
      return values
    },
    get evictions() {
      return evictions
    },
    columnOf(value) {
      const name = `${value}`
      const column = columns.get(name)
      if (column !== undefined) return column
      if (values.length < capacity || onFull === 'evictOldest') return -1
      return onFull === 'hash' ? hashText(name) % capacity : FULL
    },
    commit(value) {
      const name = `${value}`
      if (columns.has(name)) return
      if (values.length < capacity) {
        columns.set(name, values.length)
        values = [...values, value]
      } else if (onFull === 'evictOldest') {
        const column = evictions++ % capacity
        columns.delete(`${values[column]}`)
        columns.set(name, column)
        values = values.map((old, i) => (i === column ? value : old))
      }
    },
    columnAfter(names) {
      const after = createVocabulary(field, capacity)
      after.restore(values, evictions)
      for (const name of names) after.commit(name)
      return Math.max(-1, after.columnOf(names[names.length - 1] as Value))
    },
    restore(saved, savedEvictions) {
      values = saved
      columns = new Map(saved.map((value, column) => [`${value}`, column]))
      evictions = savedEvictions
    },
  }
}
