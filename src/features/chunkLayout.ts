import { type Field, type Fields, isLabel, isRecalled, readsOf, widthOf } from './field.js'
import type { ChunkLayout } from './memory.js'

/**
 * Returns the layout of a chunk's x: the columns of the features in their order, where a field that remembers has one
 * column for each that it reads and that neither a feature nor a target provides.
 */
export const chunkLayout = (features: Fields, target: Fields): ChunkLayout => {
  const columns = new Map<string, number>()
  let width = 0
  const bring = (name: string, size: number): void => {
    if (columns.has(name) || isLabel(name, features, target)) return
    columns.set(name, width)
    width += size
  }
  const entries = Object.entries<Field>(features)
  const own = new Set(entries.flatMap(([name, field]) => (isRecalled(field) ? [] : [name])))
  for (const [name, field] of entries) {
    if (own.has(name)) bring(name, widthOf(field))
    if (field.memory) for (const read of readsOf(name, field)) if (!own.has(read)) bring(read, 1)
  }
  return { width, columns }
}
