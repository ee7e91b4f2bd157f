import type { Row } from '../values.js'
import { type Field, type Fields, readsOf, widthOf } from './field.js'
import { isInBounds, isMissing, isName, type Refused, shown } from './refusal.js'
import type { RowMemory, SavedMemory } from './rowMemory.js'

/** What a row leaves in the model's memory: a key and a number for each field that remembers. */
export interface Trace {
  readonly keys: readonly (string | undefined)[]
  readonly values: readonly number[]
}

/**
 * The memory of a model's fields: input state, which every row that is not rejected advances in the order of arrival,
 * whether it has a label or not.
 */
export interface Memories {
  /**
   * Writes what the fields remember for a row into its numbers; changes nothing.
   * @returns the trace that the row will leave, or why it is refused
   */
  read(valueNamed: (name: string) => unknown, x: { [i: number]: number }, at: number): Trace | Refused
  remember(trace: Trace): void
  copy(): Memories
  save(): readonly SavedMemory[]
  restore(saved: readonly SavedMemory[]): void
}

interface Remembering {
  readonly reads: string
  readonly by: string | undefined
  /** The place of the field's number among a row's. */
  readonly at: number
  readonly memory: RowMemory
}

/** The memories of these fields; undefined where none of them remembers anything. */
export const createMemories = (features: Fields): Memories | undefined => {
  let width = 0
  const fields = Object.values(features).flatMap((field: Field): Remembering[] => {
    const at = width
    width += widthOf(field)
    const declared = field.memory?.()
    return declared ? [{ ...declared, at, memory: declared.create() }] : []
  })
  return fields.length > 0 ? memoriesOf(fields) : undefined
}

const memoriesOf = (fields: readonly Remembering[]): Memories => ({
  read(valueNamed, x, at) {
    const keys: (string | undefined)[] = []
    const values: number[] = []
    for (const { reads, by, at: own, memory } of fields) {
      const value = valueNamed(reads)
      const isNumber = typeof value === 'number' ? isInBounds(value) : typeof value === 'boolean'
      if (!isNumber && !isMissing(value))
        return { field: reads, reason: `${reads}: expected a number to remember, was given ${shown(value)}` }
      const key = by === undefined ? '' : valueNamed(by)
      const known = isName(key) ? `${key}` : undefined
      keys.push(known)
      values.push(isNumber ? Number(value) : Number.NaN)
      x[at + own] = known === undefined ? Number.NaN : memory.recall(known)
    }
    return { keys, values }
  },
  remember({ keys, values }) {
    fields.forEach(({ memory }, i) => {
      const key = keys[i]
      if (key !== undefined) memory.remember(key, values[i] as number)
    })
  },
  copy: () => memoriesOf(fields.map((field) => ({ ...field, memory: field.memory.copy() }))),
  save: () => fields.map(({ memory }) => memory.save()),
  restore(saved) {
    fields.forEach(({ memory }, i) => {
      memory.restore(saved[i] as SavedMemory)
    })
  },
})

/** Why a row is refused, where that is what reading the memories came to. */
export const refusedOf = (read: Trace | Refused | undefined): Refused | undefined =>
  read && 'reason' in read ? read : undefined
/** The trace that a row leaves, where it is not refused. */
export const traceOf = (read: Trace | Refused | undefined): Trace | undefined =>
  read && 'reason' in read ? undefined : read

/** The values of a row that is an object. */
export const valuesOf =
  (row: unknown) =>
  (name: string): unknown =>
    (row as Row)[name]

/** Where a chunk of a model with memories brings each column of a row. */
export interface ChunkLayout {
  /** How many numbers of x are a row. */
  readonly width: number
  /** Where each column begins among them, by name. */
  readonly columns: ReadonlyMap<string, number>
}

/**
 * The columns that a chunk's x brings: those of the features in their order; a field that remembers has one for each
 * column that it reads and that no feature and no target brings.
 */
export const chunkLayout = (features: Fields, target: Fields): ChunkLayout => {
  const columns = new Map<string, number>()
  let width = 0
  const bring = (name: string, size: number): void => {
    if (columns.has(name) || Object.hasOwn(target, name)) return
    columns.set(name, width)
    width += size
  }
  const entries = Object.entries<Field>(features)
  const own = new Set(entries.flatMap(([name, field]) => (field.memory ? [] : [name])))
  for (const [name, field] of entries)
    if (field.memory) {
      for (const read of readsOf(name, field)) if (!own.has(read)) bring(read, 1)
    } else bring(name, widthOf(field))
  return { width, columns }
}
