import type { Engine } from '../../engine.js'
import { createEngine } from './engine.js'
import { startThread } from './startThread.js'

/** Of so many windows one is computed the other way, to see which is quicker. */
const TRIED_EVERY = 24

/** A thread that takes so long for no reason that is known is given up. */
const PATIENCE_MS = 2000

/**
 * An engine for `learn` and `gradient`: a window's shards are computed by `count` threads at once, this one among them.
 *
 * The bits depend on the model's `shards` and never on `count`, on who was faster or on what went wrong. It pays where a
 * shard takes milliseconds (a 784-512-512-10 net, 64 rows to a shard) and a core is free for each thread; rows that come
 * in arrays or chunks of whole windows go through as a whole, others are predicted here as they arrive. Where threads
 * were slower of late, windows are computed here alone, and one in 24 by all, to see whether that has changed.
 *
 * Each subscription starts its own `count − 1` threads (no more than there are other shards) at its first window, which
 * does not wait for them, and ends them when it ends; they keep no process alive. A thread that is lost, or does not
 * answer within 2 s and 50 times the longest shard, is replaced, with a warning, and its shard computed here.
 *
 * @param count 1: no threads
 * @throws RangeError for a count that is not a whole number of at least 1; at subscription for a loss of one's own
 * @example
 * const model = createModel({ features, target, layers: [dense(512, 'relu'), dense(1)], shards: 4 })
 * from([rows]).pipe(learn(model, { batch: 32, engine: workers(4) })).subscribe(({ step }) => console.log(step))
 */
export const workers = (count: number): Engine => {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`workers: the count is ${count}; expected a whole number of at least 1.`)
  return createEngine({
    ...{ count, start: startThread, patienceMs: PATIENCE_MS, triedEvery: TRIED_EVERY },
    warn: (text) => process.emitWarning(text),
  })
}
