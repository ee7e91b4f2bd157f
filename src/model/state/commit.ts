import { DRIFT, OUT_OF_BOUNDS, REFUSED } from '../../program/abi.js'
import type { Unseen } from '../../records.js'
import type { Cursor } from '../../values.js'
import { type Core, stateBytes } from './core.js'
import type { Events } from './events.js'

/** The rows of a window, as `commit` wants them. */
export interface Rows {
  readonly size: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly unseen: readonly Unseen[]
}

/** A window that is ready to step: its gradient stands in ∇ (the mean), its rows in the arena, as the loss left them. */
export interface Window {
  readonly size: number
  /** The slot of its first row. */
  readonly first: number
  readonly meanLoss: number
  readonly meanSquaredDelta: number
  readonly rejected: number
  readonly unlabelled: number
  readonly cursor: Cursor | undefined
  /** Undefined for a gradient from elsewhere: it advances no statistics. */
  readonly rows: Rows | undefined
}

/** The end of a step: what is kept of it, what is counted, and the way back when it went wrong. */
export interface Commit {
  readonly events: Events
  /** Before a step: keeps the state that a rollback would return to, when that is due; gives the steps until it is again. */
  keepHealthy(): number
  /** Steps until that state is to be kept; 0: now. */
  stepsUntilHealthy(): number
  /** After steps that were taken: counts them, rolls back where θ has left its bounds, tells of a drift. */
  taken(steps: number, rows: number, status: number, drifted: boolean): void
  /** After a step that was refused. */
  refused(): void
  /** Takes the step: θ, statistics, names, counters, cursor; or refuses it. */
  window(window: Window): { readonly refused: boolean }
  /** Counts what a window that never closed had refused. */
  count(window: Pick<Window, 'rejected' | 'unlabelled' | 'cursor'>): void
}

export const createCommit = (core: Core, events: Events): Commit => {
  const { plan, program, vocabularies, width } = core
  const { places, segments } = program
  const set64 = (address: number, value: number): void => {
    core.f64[address >> 3] = value
  }
  const takeHealthy = (): void => {
    const [start, end] = stateBytes(program)
    core.healthy = { step: core.step, bytes: core.bytes.slice(start, end) }
  }
  // counted by the optimizer's own steps, which a restored model has in common with the one it goes on from
  const stepsSinceHealthy = (): number => {
    const steps = core.f64[places.steps >> 3] as number
    // quicker than a remainder
    return steps - plan.guardEvery * Math.floor(steps / plan.guardEvery)
  }
  const rollBack = (): void => {
    const healthy = core.healthy as NonNullable<Core['healthy']>
    // a rate that was set live stays as it was set: it may be what was meant to help
    const rate = core.f64[places.rate >> 3] as number
    core.bytes.set(healthy.bytes, stateBytes(program)[0])
    set64(places.rate, rate)
    set64(places.reach, Infinity)
    core.writeCounts()
    core.counters.rollbacks++
    events.raise({ kind: 'rollback', step: core.step, to: healthy.step, reason: 'a parameter left its bounds' })
  }

  const commitRows = ({ size, x, y, unseen }: Rows): void => {
    const [from, to] = segments.commit as readonly [number, number]
    for (let i = 0; i < size && from < to; i++) {
      core.f64.set(x.subarray(i * width, (i + 1) * width), places.x >> 3)
      core.f64.set(y.subarray(i * core.targets, (i + 1) * core.targets), places.y >> 3)
      core.run('commit')
    }
    for (const { field, value } of unseen) vocabularies[field]?.commit(value)
    if (unseen.length > 0) core.writeCounts()
  }

  const commit: Commit = {
    events,
    stepsUntilHealthy() {
      const since = stepsSinceHealthy()
      return since === 0 || !core.healthy ? 0 : plan.guardEvery - since
    },
    keepHealthy() {
      const until = commit.stepsUntilHealthy()
      if (until > 0) return until
      takeHealthy()
      return plan.guardEvery - stepsSinceHealthy()
    },
    taken(steps, rows, status, drifted) {
      core.step += steps
      core.counters.learned += rows
      if (status === OUT_OF_BOUNDS) rollBack()
      else if (drifted) {
        core.counters.drifts++
        events.raise({ kind: 'drift', step: core.step, detector: 'auto' })
      }
    },
    refused() {
      core.counters.refused++
      events.raise({
        kind: 'refusal',
        step: core.step,
        reason: 'the loss or a gradient is not finite, or too large to be safe',
      })
    },
    window({ size, first, meanLoss, meanSquaredDelta, rejected, unlabelled, cursor, rows }) {
      commit.keepHealthy()
      // a gradient from elsewhere brings no rows whose losses could be watched
      set64(places.batchSize, rows ? size : 0)
      set64(places.firstRow, first * program.rowStride)
      set64(places.meanLoss, meanLoss)
      set64(places.meanSquaredDelta, meanSquaredDelta)
      const firings = places.drift === undefined ? 0 : (core.f64[(places.drift >> 3) + DRIFT.firings] as number)
      const status = core.run('step')
      // rows that are learned in one call are all worked on in row 0
      set64(places.firstRow, 0)
      commit.count({ rejected, unlabelled, cursor })
      if (status === REFUSED) {
        commit.refused()
        return { refused: true }
      }
      if (rows) commitRows(rows)
      const drifted = places.drift !== undefined && (core.f64[(places.drift >> 3) + DRIFT.firings] as number) > firings
      commit.taken(1, size, status, drifted)
      return { refused: false }
    },
    count({ rejected, unlabelled, cursor }) {
      core.counters.rejected += rejected
      core.counters.unlabelled += unlabelled
      if (cursor !== undefined) core.cursor = cursor
    },
  }
  return commit
}
