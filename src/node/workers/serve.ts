import { createShardComputer } from '../../model/shards/shardComputer.js'
import { runsOf } from '../../model/step/runs.js'
import {
  claim,
  DONE,
  FAILED,
  FINISHED,
  READY,
  readParameters,
  rowsOf,
  SIGNAL,
  SIZE,
  sharedMemory,
  VERSION,
  type Work,
  waitWhile,
} from './sharedMemory.js'

/** Runs on a thread: it claims shards and computes them, and sleeps while there are none. It never returns. */
export const serve = ({ task, sizes, buffer }: Work): never => {
  const memory = sharedMemory(sizes, buffer)
  const { control, states } = memory
  const computer = createShardComputer(task)
  let version = 0

  const compute = (shard: number): void => {
    // The window cannot change while one of its shards is claimed but not finished.
    const now = Atomics.load(control, VERSION)
    if (now !== version) {
      computer.statistics().set(memory.statistics)
      readParameters(memory, computer.parameters())
      version = now
    }
    const run = runsOf(Atomics.load(control, SIZE), task.shards)[shard]
    computer.compute(run, rowsOf(memory), memory, memory.gradients[shard])
  }
  const finish = (shard: number, state: number): void => {
    Atomics.store(states, shard, state)
    Atomics.add(control, FINISHED, 1)
    Atomics.notify(control, FINISHED)
  }

  Atomics.add(control, READY, 1)
  Atomics.notify(control, READY)
  for (;;) {
    const seen = Atomics.load(control, SIGNAL)
    for (let shard = claim(control); shard >= 0; shard = claim(control)) {
      try {
        compute(shard)
      } catch (error) {
        finish(shard, FAILED)
        throw error
      }
      finish(shard, DONE)
    }
    waitWhile(control, SIGNAL, seen)
  }
}
