import type { Chunk } from '../../records.js'
import type { Core } from '../state/core.js'

/** A row may have a field `kind` of its own; no row is a chunk by that alone. */
export const isChunk = (given: unknown): given is Chunk => {
  const chunk = given as Partial<Chunk> | null | undefined
  return chunk?.kind === 'chunk' && ArrayBuffer.isView(chunk.x)
}

/** A chunk's size, where its arrays hold so many rows. */
export const checkedSize = ({ width, targets, memories }: Core, { size, x, y, weights }: Chunk): number => {
  if (!Number.isInteger(size) || size < 0)
    throw new RangeError(`learn: a chunk's size is ${size}; expected a whole number from 0 up.`)
  for (const [name, numbers, each] of [
    ['x', x, memories?.committed.chunk.width ?? width],
    ['y', y, targets],
    ['weights', weights, 1],
  ] as const)
    if (numbers && numbers.length < size * each)
      throw new RangeError(
        `learn: a chunk's ${name} has ${numbers.length} numbers; ${size} rows of ${each} need ${size * each}.`,
      )
  return size
}
