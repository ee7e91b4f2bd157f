import type { RowMemory, SavedMemory } from './rowMemory.js'

/**
 * Keeps the last values of each key, the newest first, for up to `capacity` keys. When a further key arrives, the key
 * that was seen least recently is forgotten.
 *
 * @param size the number of values that are kept for each key
 * @param recall computes the field's number from these values
 */
export const createKeyedRows = (
  size: number,
  capacity: number,
  recall: (values: Float64Array) => number,
  kept: ReadonlyMap<string, Float64Array> = new Map(),
  forgotten = 0,
): RowMemory => {
  // A Map iterates its keys in the order in which they were set.
  let rows = new Map(Array.from(kept, ([key, values]) => [key, values.slice()]))
  let evictions = forgotten
  return {
    recall(key) {
      const values = rows.get(key)
      return values ? recall(values) : Number.NaN
    },
    remember(key, value) {
      const values = rows.get(key) ?? new Float64Array(size).fill(Number.NaN)
      values.copyWithin(1, 0, size - 1)
      values[0] = value
      rows.delete(key)
      rows.set(key, values)
      if (rows.size <= capacity) return
      rows.delete(rows.keys().next().value as string)
      evictions++
    },
    copy: () => createKeyedRows(size, capacity, recall, rows, evictions),
    save() {
      const values = new Float64Array(rows.size * size)
      Array.from(rows.values()).forEach((own, i) => {
        values.set(own, i * size)
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
