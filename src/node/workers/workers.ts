import type { Engine } from '../../engine.js'
import { checkWhole } from '../../options/checkWhole.js'
import { createEngine } from './engine.js'
import { startThread } from './startThread.js'

/** One of this many windows is computed in the other way, to find out which is faster. */
const TRIED_EVERY = 24

/** The time after which a thread is given up, in addition to the time that a shard may take. */
const PATIENCE_MS = 2000

/**
 * Creates an engine for `learn` and `gradient`: `count` threads, including this one, compute the shards of a window at
 * once.
 *
 * The bits depend on the model's `shards` and never on `count`, on which thread was faster, or on failures. It pays if
 * a shard takes milliseconds (a 784-512-512-10 net, 64 rows per shard) and a core is free for each thread. Rows that
 * arrive in arrays or chunks of whole windows are computed as a whole; other rows are predicted on this thread as they
 * arrive. If threads were recently slower, this thread computes the windows alone, and all threads compute one in 24,
 * to find out whether that has changed.
 *
 * Each subscription starts `count − 1` threads (but at most `shards − 1`) at its first window, which does not
 * wait for them, and ends them when it ends; they keep no process alive. A thread that is lost, or that does not answer
 * within 2 s plus 50 times the longest shard, is replaced, with a warning, and its shard is computed on this thread.
 *
 * @param count the number of threads; with 1, no thread is started
 * @throws RangeError if the count is not a whole number of at least 1; at subscription, if the model has a custom loss
 * @example
 * const model = createModel({ features, target, layers: [dense(512, 'relu'), dense(1)], shards: 4 })
 * from([rows]).pipe(learn(model, { batch: 32, engine: workers(4) })).subscribe(({ step }) => console.log(step))
 */
export const workers = (count: number): Engine => {
  checkWhole('workers: the count is', count)
  return createEngine({
    ...{ count, start: startThread, patienceMs: PATIENCE_MS, triedEvery: TRIED_EVERY },
    warn: (text) => process.emitWarning(text),
  })
}
