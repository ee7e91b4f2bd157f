import { elementOf } from '../../compile/configuration.js'
import type { Crew, Engine, ShardedWindow, Task } from '../../engine.js'
import { planOfTask } from '../../model/shards/shardComputer.js'
import { MOST_SHARDS } from './sharedMemory.js'
import type { StartThread } from './startThread.js'
import { createTeam, type Team } from './team.js'
import { createTrial } from './trial.js'

export interface EngineConfig {
  /** The number of threads that compute at once, including this one. */
  readonly count: number
  readonly start: StartThread
  /**
   * A thread is given up if it takes longer than this plus `TIMES_LONGEST` times the longest shard that was computed
   * here.
   */
  readonly patienceMs: number
  /**
   * One of this many windows is computed in the way that was recently slower. Default: all threads compute every
   * window.
   */
  readonly triedEvery?: number
  /** Is called with a message when a thread is given up. */
  readonly warn: (message: string) => void
}
const TIMES_LONGEST = 50

export const createEngine = (config: EngineConfig): Engine => ({
  kind: 'workers',
  open(task) {
    // This throws here if no thread could build the model.
    planOfTask(task)
    if (task.shards > MOST_SHARDS)
      throw new RangeError(`workers: the model has ${task.shards} shards; expected at most ${MOST_SHARDS}.`)
    return createCrew(task, config)
  },
})

const createCrew = (
  task: Task,
  { count, start: startThread, patienceMs, triedEvery = Infinity, warn }: EngineConfig,
): Crew => {
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
    // After two losses between which no thread finished a shard, a third team would be of no use either.
    lost = team.proven ? 1 : lost + 1
    alone = lost > 1
    const next = alone ? 'from now on all shards are computed on this thread' : 'another worker takes its place'
    warn(`rxgrad: a worker was lost (${team.broken}); its shards were computed on this thread, and ${next}.`)
    dismiss()
  }
  const teamFor = (window: ShardedWindow): Team | undefined => {
    replace()
    if (alone) return undefined
    if (team && team.rows < window.size) dismiss()
    team ??= createTeam(task, sizesOf(task, window), others, startThread)
    return team
  }

  const compute = (window: ShardedWindow): void => {
    const start = performance.now()
    const available = teamFor(window)
    // Threads that are not up yet are not waited for.
    const ready = available?.ready === true
    const active = ready && !trial.alone() ? available : undefined
    const computed = new Set<number>()
    const computeHere = (shard: number): void => {
      const before = performance.now()
      window.here(shard)
      longest = Math.max(longest, performance.now() - before)
      computed.add(shard)
    }

    if (active) {
      active.post(window)
      for (let shard = 0; shard >= 0; shard = active.claim()) computeHere(shard)
      active.wait(window.runs.length - computed.size, patienceMs + TIMES_LONGEST * longest)
    }
    window.runs.forEach((_, shard) => {
      if (computed.has(shard)) return
      const gradient = active?.gradientOf(shard)
      if (active && gradient) window.deliver(shard, active.memory, gradient)
      else computeHere(shard)
    })
    replace()
    if (ready) trial.record(active === undefined, performance.now() - start)
  }

  return {
    compute(window) {
      try {
        compute(window)
      } catch (error) {
        // Threads may still be computing this window, in the memory to which the next one would be written.
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
  { size, parameters, statistics, x, y, weights, outputs, losses }: ShardedWindow,
): Parameters<typeof createTeam>[1] => ({
  ...{ precision: elementOf(precision), shards, outputs, losses },
  parameters: parameters.length,
  statistics: statistics.length,
  features: x.length / weights.length,
  targets: y.length / weights.length,
  // There is room for as many rows as the arrays of the window have room for.
  rows: Math.max(size, weights.length),
})
