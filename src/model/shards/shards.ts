import type { Run } from '../../engine.js'
import type { Core } from '../state/core.js'
import type { Pass } from '../step/pass.js'

/** A window's rows as contiguous runs, as equal as can be, earlier ones one longer; those that would be empty are left out. */
export const runsOf = (size: number, shards: number): readonly Run[] => {
  const short = Math.floor(size / shards)
  const longer = size - short * shards
  return Array.from(
    { length: Math.min(size, shards) },
    (_, i): Run => [i * short + Math.min(i, longer), short + (i < longer ? 1 : 0)],
  )
}

/** Puts the sum of the shards so far, which stands in ∇, where `addShards` finds it. */
export const keepSum = ({ bytes, program: { regions } }: Core): void => {
  const { gradient, shards } = regions
  bytes.copyWithin(shards.base, gradient.base, gradient.base + gradient.bytes)
}

/** The gradient of a window whose rows stand side by side, cut as the configuration says. */
export interface Shards {
  /** ∇ ← (1/b) Σ w·∂l/∂θ over `size` rows from slot `first` on, which have been through the loss. */
  gradient(first: number, size: number): void
}

export const createShards = (core: Core, pass: Pass): Shards => {
  const { plan, program } = core
  return {
    gradient(first, size) {
      core.run('zero')
      if (size === 0) return
      runsOf(size, plan.shards).forEach(([from, count], shard) => {
        if (shard > 0) {
          keepSum(core)
          core.run('zero')
        }
        pass.backward(first + from, count)
        if (shard > 0) core.run('addShards')
      })
      core.f64[program.places.inverseBatchSize >> 3] = 1 / size
      core.run('mean')
    },
  }
}
