import type { FieldMemory } from './field.js'
import type { RowMemory, SavedMemory } from './rowMemory.js'

/** How a field uses what is kept for a key. */
type Kept = Pick<FieldMemory, 'size' | 'capacity' | 'recall' | 'remember'>

/**
 * Keeps the numbers of each key, for up to `capacity` keys. When a further key arrives, the key that was seen least
 * recently is forgotten.
 */
export const createKeyedRows = (
  field: Kept,
  from: ReadonlyMap<string, Float64Array> = new Map(),
  forgotten = 0,
): RowMemory => {
  const { size, capacity } = field
  const nothing = new Float64Array(size).fill(Number.NaN)
  // A Map iterates its keys in the order in which they were set.
  let rows = new Map(Array.from(from, ([key, kept]) => [key, kept.slice()]))
  let evictions = forgotten
  return {
    recall: (key, own) => field.recall((key === undefined ? undefined : rows.get(key)) ?? nothing, own),
    remember(key, values) {
      const kept = rows.get(key) ?? nothing.slice()
      field.remember(kept, values)
      rows.delete(key)
      rows.set(key, kept)
      if (rows.size <= capacity) return
      rows.delete(rows.keys().next().value as string)
      evictions++
    },
    copy: () => createKeyedRows(field, rows, evictions),
    save() {
      const values = new Float64Array(rows.size * size)
      Array.from(rows.values()).forEach((kept, i) => {
        values.set(kept, i * size)
      })
      return { keys: [...rows.keys()], values, evictions }
    },
    restore({ keys, values, evictions: saved }: SavedMemory) {
      rows = new Map(keys.map((key, i) => [key, values.slice(i * size, (i + 1) * size)]))
      evictions = saved
    },
    get evictions() {
      return evictions
    },
  }
}
