import { elementOf } from '../../compile/configuration.js'
import type { Crew, Engine, ShardedWindow, Task } from '../../engine.js'
import { planOfTask } from '../../model/shards/shardComputer.js'
import { MOST_SHARDS } from './sharedMemory.js'
import type { StartThread } from './startThread.js'
import { createTeam, type Team } from './team.js'
import { createTrial } from './trial.js'

export interface EngineConfig {
  /** Who computes at once, this thread among them. */
  readonly count: number
  readonly start: StartThread
  /** A thread is given up that takes so much longer than the longest shard took here, fifty times over. */
  readonly patienceMs: number
  /** Of so many windows one is computed by the way that was slower of late; left out: threads are always asked. */
  readonly triedEvery?: number
  /** Told of a thread that was given up, and why. */
  readonly warn: (message: string) => void
}
const SLOWER = 50

export const createEngine = (config: EngineConfig): Engine => ({
  kind: 'workers',
  open(task) {
    // refuses here what no thread could build
    planOfTask(task)
    if (task.shards > MOST_SHARDS)
      throw new RangeError(`workers: the model has ${task.shards} shards; expected at most ${MOST_SHARDS}.`)
    return createCrew(task, config)
  },
})

const createCrew = (task: Task, { count, start, patienceMs, triedEvery = Infinity, warn }: EngineConfig): Crew => {
  const trial = createTrial(triedEvery)
  const others = Math.min(count, task.shards) - 1
  let team: Team | undefined
  let alone = others < 1
  let lost = 0
  let longest = 0

  const dismiss = (): void => {
    team?.end()
    team = undefined
  }
  const replace = (): void => {
    if (!team?.broken) return
    // two in a row that were of no use: a third would not be either
    lost = team.proven ? 1 : lost + 1
    alone = lost > 1
    const next = alone ? 'from now on all shards are computed here' : 'another takes its place'
    warn(`rxgrad: a worker was lost (${team.broken}); its shards were computed here, and ${next}.`)
    dismiss()
  }
  const teamFor = (window: ShardedWindow): Team | undefined => {
    replace()
    if (alone) return undefined
    if (team && team.rows < window.size) dismiss()
    team ??= createTeam(task, sizesOf(task, window), others, start)
    return team
  }

  const compute = (window: ShardedWindow): void => {
    const begun = performance.now()
    const hired = teamFor(window)
    // nobody waits for threads that are not up yet
    const ready = hired?.ready === true
    const now = ready && !trial.alone() ? hired : undefined
    const computed = new Set<number>()
    const here = (shard: number): void => {
      const before = performance.now()
      window.here(shard)
      longest = Math.max(longest, performance.now() - before)
      computed.add(shard)
    }

    if (now) {
      now.post(window)
      for (let shard = 0; shard >= 0; shard = now.claim()) here(shard)
      now.wait(window.runs.length - computed.size, patienceMs + SLOWER * longest)
    }
    window.runs.forEach((_, shard) => {
      if (computed.has(shard)) return
      const gradient = now?.gradientOf(shard)
      if (now && gradient) window.deliver(shard, now.memory, gradient)
      else here(shard)
    })
    replace()
    if (ready) trial.took(now === undefined, performance.now() - begun)
  }

  return {
    compute(window) {
      try {
        compute(window)
      } catch (error) {
        // threads may be at work on it still, in a memory that the next window would be written to
        dismiss()
        throw error
      }
    },
    release() {
      dismiss()
      alone = true
    },
  }
}

const sizesOf = (
  { description: { precision }, shards }: Task,
  { size, parameters, statistics, x, y, weights, outputs }: ShardedWindow,
): Parameters<typeof createTeam>[1] => ({
  ...{ precision: elementOf(precision), shards, outputs },
  parameters: parameters.length,
  statistics: statistics.length,
  features: x.length / weights.length,
  targets: y.length / weights.length,
  // as many as there is room for where the rows come from
  rows: Math.max(size, weights.length),
})
