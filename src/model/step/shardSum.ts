import type { Floats } from '../../values.js'
import type { Core } from '../state/core.js'

/** Sums a window's shards in their own order, in whatever order they arrive. */
export interface ShardSum {
  /** Begins a window. */
  begin(): void
  /** Takes a shard whose sum `compute` writes into ∇. */
  compute(shard: number, compute: () => void): void
  /** Takes a shard that was summed elsewhere; its numbers must stay valid until all shards have arrived. */
  take(shard: number, gradient: Floats): void
}

/** When all shards have arrived, their sum stands in ∇. */
export const createShardSum = (core: Core): ShardSum => {
  // These tell how many shards are added, and whether the sum is in ∇ or was moved to where `addShards` reads it.
  let added = 0
  let inGradient = true
  const early = new Map<number, Floats>()
  const copies: Floats[] = []

  const putAside = (): void => {
    const { gradient, shards } = core.program.regions
    if (added > 0 && inGradient) core.bytes.copyWithin(shards.base, gradient.base, gradient.base + gradient.bytes)
    inGradient = false
  }
  /** Adds the next shard; its gradient and the sum are the two operands of `addShards`, in either order. */
  const add = (): void => {
    if (added > 0) core.run('addShards')
    added++
    inGradient = true
  }
  const addEarly = (): void => {
    for (let gradient = early.get(added); gradient; gradient = early.get(added)) {
      core.region(added > 0 && inGradient ? 'shards' : 'gradient').set(gradient)
      add()
    }
  }

  return {
    begin() {
      added = 0
      inGradient = true
      early.clear()
    },
    compute(shard, compute) {
      putAside()
      compute()
      if (shard === added) {
        add()
        return addEarly()
      }
      const gradient = core.region('gradient')
      const copy = copies[shard] ?? gradient.slice()
      copy.set(gradient)
      copies[shard] = copy
      early.set(shard, copy)
    },
    take(shard, gradient) {
      early.set(shard, gradient)
      addEarly()
    },
  }
}
