/** What one field remembers of earlier rows, by key. */
export interface RowMemory {
  /** Returns the field's number for a row of this key with these values; the key is undefined if the row has none. */
  recall(key: string | undefined, own: readonly (number | undefined)[]): number
  /** Adds a row of this key. */
  remember(key: string, values: readonly number[]): void
  copy(): RowMemory
  save(): SavedMemory
  /** Restores a saved memory. */
  restore(saved: SavedMemory): void
  /** The number of keys that were forgotten to make room for others. */
  readonly evictions: number
}

/** A field's memory as plain data: its keys, the least recently seen first, and an equal count of numbers for each. */
export interface SavedMemory {
  readonly keys: readonly string[]
  readonly values: Float64Array
  readonly evictions: number
}
