/** What one field remembers of earlier rows, by key. */
export interface RowMemory {
  /** The field's number for a row of this key; NaN where nothing is remembered. */
  recall(key: string): number
  /** Takes in the value that a row of this key brought; NaN where it had none. */
  remember(key: string, value: number): void
  copy(): RowMemory
  save(): SavedMemory
  /** Goes on from what was saved. */
  restore(saved: SavedMemory): void
  /** How many keys were forgotten because others came. */
  readonly evictions: number
}

/** A field's memory as plain data: its keys, the least recently seen first, and as many numbers for each of them. */
export interface SavedMemory {
  readonly keys: readonly string[]
  readonly values: Float64Array
  readonly evictions: number
}
