import type { Row, Value } from '../values.js'
import { type Field, type Fields, widthOf } from './field.js'
import type { RowMemory, SavedMemory } from './rowMemory.js'
import { isInBounds, isMissing, isName, type Refused, shown } from './refusal.js'

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
  read(valueOf: (name: string) => unknown, x: { [i: number]: number }, at: number): Trace | Refused
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
  read(valueOf, x, at) {
    const keys: (string | undefined)[] = []
    const values: number[] = []
    for (const { reads, by, at: own, memory } of fields) {
      const value = valueOf(reads)
      const isNumber = typeof value === 'number' ? isInBounds(value) : typeof value === 'boolean'
      if (!isNumber && !isMissing(value))
        return { field: reads, reason: `${reads}: expected a number to remember, was given ${shown(value)}` }
      const key = by === undefined ? '' : valueOf(by)
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

/** The values of a row that is an object. */
export const valuesOf =
  (row: unknown) =>
  (name: string): unknown =>
    (row as Row)[name]

/** A column of a chunk: its first number, and what it stands for, as an object's row would hold it. */
export interface ChunkColumn {
  readonly name: string
  readonly width: number
}

/**
 * The columns that a chunk brings beside its targets: those of the features in their order; a field that remembers has
 * one for each column that it reads and that no feature and no target brings.
 */
export const chunkColumns = (features: Fields, target: Fields): readonly ChunkColumn[] => {
  const columns: ChunkColumn[] = []
  const brought = (name: string): boolean =>
    Object.hasOwn(target, name) ||
    (Object.hasOwn(features, name) && !features[name]?.memory) ||
    columns.some((column) => column.name === name)
  for (const [name, field] of Object.entries<Field>(features)) {
    const declared = field.memory?.()
    if (!declared) columns.push({ name, width: widthOf(field) })
    for (const read of declared ? [declared.reads, declared.by] : [])
      if (read !== undefined && !brought(read)) columns.push({ name: read, width: 1 })
  }
  return columns
}

/** A number of a chunk as an object's row would hold it: NaN is missing, and a category's column is its name. */
export const valueIn = (number: number, names: readonly Value[] | undefined): Value | undefined =>
  Number.isNaN(number) ? undefined : names ? names[number] : number
