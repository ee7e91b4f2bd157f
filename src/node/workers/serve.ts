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

/** A thread's life: claims shards, computes them, sleeps while there are none. It ends when it is ended. */
export const serve = ({ task, sizes, buffer }: Work): never => {
  const memory = sharedMemory(sizes, buffer)
  const { control, states } = memory
  const computer = createShardComputer(task)
  let version = 0

  const compute = (shard: number): void => {
    // the window cannot change while one of its shards is claimed and not finished
    const now = Atomics.load(control, VERSION)
    if (now !== version) {
      computer.statistics().set(memory.statistics)
      readParameters(memory, computer.parameters())
      version = now
    }
    const run = runsOf(Atomics.load(control, SIZE), task.shards)[shard]
    computer.compute(run, rowsOf(memory), memory, memory.gradients[shard])
  }
  const tell = (shard: number, state: number): void => {
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
        tell(shard, FAILED)
        throw error
      }
      tell(shard, DONE)
    }
    waitWhile(control, SIGNAL, seen)
  }
}
