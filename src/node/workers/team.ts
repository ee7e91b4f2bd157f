import type { ShardedWindow, Task } from '../../engine.js'
import type { Floats } from '../../values.js'
import {
  CLAIM,
  claim,
  DONE,
  FINISHED,
  PLACED,
  READY,
  type SharedMemory,
  SIGNAL,
  SIZE,
  type Sizes,
  sharedMemory,
  VERSION,
  WRITTEN,
  waitWhile,
  writeParameters,
} from './sharedMemory.js'
import type { StartThread } from './startThread.js'

/**
 * Threads that share one memory. If one of them ends, all are ended, and another team with another memory replaces
 * them.
 */
export interface Team {
  /** The largest number of rows in a window. */
  readonly rows: number
  /** Why the team must not be used any more, or undefined. */
  readonly broken: string | undefined
  /** Whether any of its threads has ever finished a shard. */
  readonly proven: boolean
  readonly memory: SharedMemory
  /** Whether any of the threads is up yet. */
  readonly ready: boolean
  /** Makes a window visible to the threads. Its first shard is claimed for the caller. */
  post(window: ShardedWindow): void
  /** Claims a shard of the window; returns −1 if none is left. */
  claim(): number
  /** Waits until threads have finished this number of shards, but no longer than the given time. */
  wait(shards: number, timeMs: number): void
  /**
   * Returns the ∇ of a shard that a thread has finished. Otherwise it returns undefined, and the team counts as broken.
   */
  gradientOf(shard: number): Floats | undefined
  /** Ends all threads. */
  end(): void
}

export const createTeam = (task: Task, sizes: Sizes, count: number, start: StartThread): Team => {
  const memory = sharedMemory(sizes)
  const { control, states } = memory
  let broken: string | undefined
  let proven = false
  const buffer = control.buffer as SharedArrayBuffer
  const threads = Array.from({ length: count }, () =>
    start({ task, sizes, buffer }, (why) => {
      broken ??= why
    }),
  )

  return {
    rows: sizes.rows,
    memory,
    get broken() {
      return broken
    },
    get ready() {
      return Atomics.load(control, READY) > 0
    },
    get proven() {
      return proven
    },
    post({ size, runs, parameters, statistics, x, y, weights, placed }) {
      memory.statistics.set(statistics)
      const into = placed ? memory.columns : memory.x
      into.set(x.subarray(0, size * sizes.features))
      memory.y.set(y.subarray(0, size * sizes.targets))
      memory.weights.set(weights.subarray(0, size))
      states.fill(0)
      Atomics.store(control, SIZE, size)
      Atomics.store(control, PLACED, placed ? 1 : 0)
      Atomics.store(control, FINISHED, 0)
      Atomics.store(control, WRITTEN, 0)
      // The order matters: a thread that has claimed a shard sees its window, and a thread that is woken finds a shard
      // to claim.
      Atomics.add(control, VERSION, 1)
      Atomics.store(control, CLAIM, (runs.length << 16) | (runs.length - 1))
      Atomics.add(control, SIGNAL, 1)
      Atomics.notify(control, SIGNAL)
      writeParameters(memory, parameters)
    },
    claim: () => claim(control),
    wait(shards, timeMs) {
      const end = performance.now() + timeMs
      for (;;) {
        const finished = Atomics.load(control, FINISHED)
        const left = end - performance.now()
        if (finished >= shards || left <= 0) return
        waitWhile(control, FINISHED, finished, left)
      }
    },
    gradientOf(shard) {
      if (Atomics.load(states, shard) === DONE) {
        proven = true
        return memory.gradients[shard]
      }
      broken ??= 'it did not answer'
      return undefined
    },
    end() {
      for (const thread of threads) thread.end()
    },
  }
}
