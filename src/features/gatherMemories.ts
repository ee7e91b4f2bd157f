import { shown } from '../options/shown.js'
import type { Value } from '../values.js'
import { chunkLayout } from './chunkLayout.js'
import { type Field, type GatherMemories, isLabel, isSparse, widthOf } from './field.js'
import { createKeyedRows } from './keyedRows.js'
import type { Memories, Trace } from './memory.js'
import { isInBounds, isMissing, isName, LARGEST } from './refusal.js'
import type { RowMemory } from './rowMemory.js'

interface Remembering {
  readonly reads: readonly string[]
  /** The fields of these columns, as far as they have one that reads its number in a way of its own. */
  readonly readers: readonly (Field | undefined)[]
  readonly by: string | undefined
  readonly size: number
  readonly capacity: number
  /** The index of the field's number among a row's numbers. */
  readonly at: number
  readonly memory: RowMemory
}

/** Returns a row's value for a column. */
type Look = (name: string) => unknown

/**
 * Gathers the memories of a model's fields. Only the kinds that remember import it, so that a model without them does
 * not include it in its bundle.
 */
export const gatherMemories: GatherMemories = (features, target, vocabularies) => {
  const targets = Object.keys(target)
  const isUnknown = (column: string): boolean => isLabel(column, features, target)
  const names = [...Object.keys(features), ...targets]
  const chunk = chunkLayout(features, target)
  const namesOf = (name: string): readonly Value[] | undefined => vocabularies[names.indexOf(name)]?.values

  let width = 0
  const declared = Object.entries<Field>(features).flatMap(([name, field]): Remembering[] => {
    const at = width
    width += widthOf(field)
    const memory = field.memory?.()
    if (!memory) return []
    const { reads = [name], by, size, capacity } = memory
    for (const read of reads) checkReadable(read, features[read] ?? target[read])
    const unknown = [by, ...reads.slice(1)].find((read) => read !== undefined && isUnknown(read))
    if (unknown !== undefined) throw placedByTarget(name, unknown)
    const readers = reads.map((read) => readerOf(features[read] ?? target[read]))
    return [{ reads, readers, by, size, capacity, at, memory: createKeyedRows(memory) }]
  })

  const memoriesOf = (fields: readonly Remembering[]): Memories => {
    const read = (look: Look, x: Float64Array, at: number): Trace => {
      const keys: (string | undefined)[] = []
      const values: number[][] = []
      for (const { reads, readers, by, at: own, memory } of fields) {
        const numbers: number[] = []
        for (const [i, name] of reads.entries()) {
          const value = look(name)
          const number = numberOf(value, readers[i])
          if (number === undefined) {
            const reason = `${name} is ${shown(value)}; expected a number to remember`
            return { keys, values, refused: { field: name, reason } }
          }
          numbers.push(number)
        }
        const key = by === undefined ? '' : look(by)
        const known = isName(key) ? `${key}` : undefined
        keys.push(known)
        values.push(numbers)
        const number = memory.recall(
          known,
          numbers.map((value, i) => (isUnknown(reads[i]) ? undefined : value)),
        )
        // A sum or a difference of numbers in bounds may lie beyond them.
        x[at + own] = Math.max(-LARGEST, Math.min(LARGEST, number))
      }
      return { keys, values }
    }
    return {
      chunk,
      unlabelled: 0,
      readRow: (row, x, at) => read((name) => row[name], x, at),
      readColumns: (given, i, x, at) =>
        read(
          (name) => {
            const place = chunk.columns.get(name)
            const number =
              place === undefined
                ? given.y?.[i * targets.length + targets.indexOf(name)]
                : given.x[i * chunk.width + place]
            // The value is given as a row object would hold it: NaN becomes missing, and a category's column becomes
            // its name.
            if (number === undefined || Number.isNaN(number)) return undefined
            const known = namesOf(name)
            return known ? known[number] : number
          },
          x,
          at,
        ),
      checkColumns(size, length) {
        if (length !== size * chunk.width)
          throw new RangeError(
            `learn: a chunk's x has ${length} numbers; expected ${size * chunk.width} for ${size} rows of ${[...chunk.columns.keys()].join(', ') || 'no column'}. A feature that remembers has no number of its own in x, and the target's columns are in y.`,
          )
      },
      remember({ keys, values, after }) {
        if (after) this.restore(after)
        else
          fields.forEach(({ memory }, i) => {
            const key = keys[i]
            if (key !== undefined) memory.remember(key, values[i])
          })
      },
      copy: () => memoriesOf(fields.map((field) => ({ ...field, memory: field.memory.copy() }))),
      save: () => fields.map(({ memory }) => memory.save()),
      restore(saved) {
        fields.forEach(({ memory }, i) => {
          memory.restore(saved[i])
        })
      },
      problemOf(saved = []) {
        if (!Array.isArray(saved) || saved.length !== fields.length)
          return `there are ${saved?.length ?? 'no'} memories; expected ${fields.length}`
        const wrong = fields.findIndex(({ size, capacity }, i) => {
          const { keys, values, evictions } = saved[i] ?? {}
          return (
            !Array.isArray(keys) ||
            Array.from(keys).some((key) => typeof key !== 'string') ||
            !(Number.isSafeInteger(evictions) && evictions >= 0) ||
            !(values instanceof Float64Array) ||
            values.some((value) => value === Infinity || value === -Infinity) ||
            values.length !== keys.length * size ||
            keys.length > capacity ||
            new Set(keys).size < keys.length
          )
        })
        if (wrong === -1) return undefined
        const { size, capacity } = fields[wrong]
        return `memory ${wrong} has another form; expected ${size} numbers for each of at most ${capacity} keys, and how many were forgotten`
      },
    }
  }
  return memoriesOf(declared)
}

/** Returns a field that reads its one number in a way of its own, as `time` reads texts. */
const readerOf = (field: Field | undefined): Field | undefined =>
  field?.encode && !field.names && widthOf(field) === 1 ? field : undefined

/**
 * Returns a value as a number, NaN if it is missing, or undefined if it is none: as the column's own field reads it,
 * or else as it is. A `Date` is its milliseconds since 1970.
 */
const numberOf = (value: unknown, reader: Field | undefined): number | undefined => {
  if (isMissing(value)) return Number.NaN
  if (reader?.encode) {
    const read = new Float64Array(1)
    const refused = reader.encode(value, read, 0, undefined)
    return refused === undefined && isInBounds(read[0]) ? read[0] : undefined
  }
  const given = value instanceof Date ? value.getTime() : typeof value === 'boolean' ? Number(value) : value
  return typeof given === 'number' && isInBounds(given) ? given : undefined
}

const placedByTarget = (name: string, read: string): RangeError =>
  new RangeError(
    `createModel: feature '${name}' finds its earlier rows by '${read}', which is the target; expected a column that is known when a row is predicted.`,
  )

/**
 * Refuses a column that can never hold a number: its rows would all be rejected.
 * @throws RangeError
 */
const checkReadable = (name: string, field: Field | undefined): void => {
  const { values = [] } = field?.names?.() ?? {}
  const isText = values.length > 0 && values.every((value) => typeof value === 'string')
  if (isText || (field && isSparse(field)))
    throw new RangeError(
      `createModel: a feature remembers '${name}', which is a ${field?.kind} field${isText ? ` of the names ${values.join(', ')}` : ''}; expected a column of numbers.`,
    )
}
