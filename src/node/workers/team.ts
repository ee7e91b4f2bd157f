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

/** Threads over one shared memory. When one of them is over, all are: another team takes their place, with its own. */
export interface Team {
  readonly rows: number
  /** Why it is not to be used any more. */
  readonly broken: string | undefined
  /** Whether it has ever finished a shard. */
  readonly proven: boolean
  readonly memory: SharedMemory
  /** Whether any of the threads is up yet. */
  readonly ready: boolean
  /** Puts a window in sight of the threads; its first shard is claimed for who posts it. */
  post(window: ShardedWindow): void
  /** A shard of it that nobody has claimed yet; −1: none. */
  claim(): number
  /** Waits, no longer than that, until threads have finished so many shards. */
  wait(shards: number, timeMs: number): void
  /** The ∇ of a shard that a thread has finished; undefined: it has not, and breaks the team. */
  gradientOf(shard: number): Floats | undefined
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
      // in this order: who has claimed a shard sees its window; who is woken finds something to claim
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
