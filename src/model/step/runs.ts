import type { Run } from '../../engine.js'

/**
 * Cuts a window's rows into contiguous runs, as equal as possible; earlier runs get one row more, empty ones are
 * omitted.
 */
export const runsOf = (size: number, shards: number): readonly Run[] => {
  const short = Math.floor(size / shards)
  const longer = size - short * shards
  return Array.from(
    { length: Math.min(size, shards) },
    (_, i): Run => [i * short + Math.min(i, longer), short + (i < longer ? 1 : 0)],
  )
}
