import type { Run } from '../../engine.js'

/** A window's rows as contiguous runs, as equal as can be, earlier ones one longer; those that would be empty are left out. */
export const runsOf = (size: number, shards: number): readonly Run[] => {
  const short = Math.floor(size / shards)
  const longer = size - short * shards
  return Array.from(
    { length: Math.min(size, shards) },
    (_, i): Run => [i * short + Math.min(i, longer), short + (i < longer ? 1 : 0)],
  )
}
