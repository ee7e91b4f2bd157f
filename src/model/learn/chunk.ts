import { isCursor } from '../../features/refusal.js'
import { shown } from '../../options/shown.js'
import type { Chunk } from '../../records.js'
import type { Core } from '../state/core.js'

/** Tells whether `given` is a chunk. A row may have a field named `kind`, so that name alone does not decide. */
export const isChunk = (given: unknown): given is Chunk => {
  const chunk = given as Partial<Chunk> | null | undefined
  return chunk?.kind === 'chunk' && ArrayBuffer.isView(chunk.x)
}

/** Returns a chunk's size after checking that its arrays hold that number of rows, and that its cursor is one. */
export const checkedSize = ({ width, targets, memories }: Core, { size, x, y, weights, cursor }: Chunk): number => {
  if (!Number.isInteger(size) || size < 0)
    throw new RangeError(`learn: a chunk's size is ${size}; expected a whole number of at least 0.`)
  for (const [name, numbers, each] of [
    ['x', x, memories?.committed.chunk.width ?? width],
    ['y', y, targets],
    ['weights', weights, 1],
  ] as const)
    if (numbers && numbers.length < size * each)
      throw new RangeError(
        `learn: a chunk's ${name} has ${numbers.length} numbers; expected ${size * each} for ${size} rows of ${each}.`,
      )
  if (cursor !== undefined && !isCursor(cursor))
    throw new TypeError(`learn: a chunk's cursor is ${shown(cursor)}; expected text or a number.`)
  memories?.committed.checkColumns(size, x.length)
  return size
}
