import { hashText } from '../random.js'
import type { Value } from '../values.js'
import { createDistinct, type Distinct } from './distinct.js'
import { isName } from './refusal.js'
import type { Tally } from './room.js'

/** A name that has no column yet. `field` is the field's index among the features, followed by the target. */
export interface Unseen {
  readonly field: number
  readonly value: Value
}

/** The names that a field declares: those known from the start, the capacity, and how further names are treated. */
export interface Names {
  readonly values: readonly Value[]
  readonly capacity: number
  readonly onFull: 'hash' | 'evictOldest' | 'reject' | undefined
}

/** The names that shared a column or took another's; those that shared one are counted by their hashes. */
export interface Crowd extends Tally {
  distinct: Distinct | undefined
}

/** The names of a category field by column. It grows when rows are learned, never when they are read. */
export interface Vocabulary {
  /** The names in column order. Every change creates a new list, so that a list handed out never changes. */
  readonly values: readonly Value[]
  /**
   * Returns the column of a name; −1 if it has none yet, `NO_ROOM` if it cannot get one, and `SHARED` minus the column
   * if it shares that of another name.
   */
  columnOf(value: Value): number
  /** Tells whether a name shares the column of another one, because there is room for no more. */
  shares(value: Value): boolean
  /** Counts a name that is learned and shares a column. */
  meet(value: Value): void
  /** About how many names shared a column or took another's, since the vocabulary was created or restored. */
  crowd: Crowd | undefined
  /** Assigns a name its column, if one is available. */
  commit(value: Value): void
  /** Returns the column of the last of these names once all are committed in order; −1 if it has none. */
  columnAfter(values: readonly Value[]): number
  /** Returns what was expected if saved names, of which there should be `count`, do not fit; otherwise undefined. */
  expectation(saved: unknown, evictions: unknown, count: number): string | undefined
  restore(values: readonly Value[], evictions: number): void
  /** The number of times that a name took another name's column. */
  readonly evictions: number
}

/** Up to this count, comparing all names is faster than a lookup by hash. */
const FEW = 4

/** The result for a name for which no column is left; its row is to be rejected. */
export const NO_ROOM = -2
/** The result for a name that shares column 0 of another name; smaller by 1 for each further column. */
export const SHARED = -3
/** Returns the column of a result, be it a name's own one or one that it shares; other results remain as they are. */
export const columnIn = (result: number): number => (result <= SHARED ? SHARED - result : result)

export const createVocabulary = (declared: Names): Vocabulary => {
  const { values: start, capacity, onFull } = declared
  let columns = new Map(start.map((value, column) => [`${value}`, column]))

  // This object has no getters, because JavaScript engines read an object that has getters slowly.
  const own: { -readonly [K in keyof Vocabulary]: Vocabulary[K] } = {
    values: start,
    evictions: 0,
    crowd: undefined,
    shares: (value) => own.values.length >= capacity && onFull === 'hash' && !columns.has(`${value}`),
    meet(value) {
      own.crowd ??= { count: 0, next: 1, distinct: undefined }
      const { crowd } = own
      crowd.distinct ??= createDistinct()
      crowd.distinct.add(hashText(`${value}`))
      crowd.count = crowd.distinct.count()
    },
    columnOf(value) {
      const { values } = own
      if (values.length <= FEW) for (let i = 0; i < values.length; i++) if (values[i] === value) return i
      const name = `${value}`
      const column = columns.get(name)
      if (column !== undefined) return column
      if (values.length < capacity || onFull === 'evictOldest') return -1
      return onFull === 'hash' ? SHARED - (hashText(name) % capacity) : NO_ROOM
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
        own.crowd ??= { count: 0, next: 1, distinct: undefined }
        own.crowd.count++
        columns.delete(`${values[column]}`)
        columns.set(name, column)
        own.values = values.map((old, i) => (i === column ? value : old))
      }
    },
    columnAfter(names) {
      const after = createVocabulary(declared)
      after.restore(own.values, own.evictions)
      for (const name of names) after.commit(name)
      return Math.max(-1, columnIn(after.columnOf(names[names.length - 1])))
    },
    expectation(saved, given, count) {
      const names = Array.isArray(saved) ? Array.from(saved, (name) => isName(name) && `${name}`) : []
      const evictions = given as number
      if (!Number.isSafeInteger(given) || evictions < 0 || (evictions > 0 && onFull !== 'evictOldest'))
        return "names, and for their evictions a whole number, which is 0 unless onFull is 'evictOldest'"
      const isOne =
        Array.isArray(saved) &&
        names.length === count &&
        count <= capacity &&
        new Set(names).size === count &&
        !names.includes(false) &&
        (evictions === 0 || count === capacity) &&
        // A declared name keeps its column until another name takes it.
        start.every((name, column) => column < evictions || names[column] === `${name}`)
      return isOne ? undefined : `${count} different names, at most ${capacity}, the declared ones first`
    },
    restore(saved, savedEvictions) {
      own.values = saved
      columns = new Map(saved.map((value, column) => [`${value}`, column]))
      own.evictions = savedEvictions
      own.crowd = undefined
    },
  }
  return own
}
