import { hasScaler } from '../../features/scaledNumber.js'
import { DRIFT, OUT_OF_BOUNDS, REFUSED, SCALER } from '../../program/abi.js'
import type { Trace, Unseen } from '../../records.js'
import type { Cursor } from '../../values.js'
import { type Core, stateBytes } from './core.js'
import type { Events } from './events.js'
import { createRooms } from './rooms.js'

/** A window that is ready to step: ∇ holds its mean gradient, and the arena its rows, as the loss left them. */
export interface Window {
  readonly size: number
  /** The slot of the window's first row. */
  readonly first: number
  /** Σ w·l and Σ w·|∂l/∂output|². */
  readonly lossSum: number
  readonly squares: number
  readonly rejected: number
  readonly unlabelled: number
  readonly cursor: Cursor | undefined
  /** What the window's rows leave in the memory of fields. */
  readonly traces: readonly Trace[]
  /** The numbers of the window's rows; undefined for a gradient from elsewhere, which advances no statistics. */
  readonly x: Float64Array | undefined
  readonly y: Float64Array | undefined
  readonly unseen: readonly Unseen[]
  /** The losses by which the experts are scored, for a single row that was predicted earlier; by default those of now. */
  readonly scored?: Float64Array
}

/** The result of a step. */
export interface Outcome {
  readonly refused: boolean
  /** The mean loss (1/b) Σ w·l. */
  readonly meanLoss: number
}

/** The end of a step: it decides what is kept, counts it, and rolls back when the step went wrong. */
export interface Commit {
  readonly events: Events
  /**
   * Is called before a step: saves the state for a rollback when that is due; returns the number of steps until the
   * next save.
   */
  keepHealthy(): number
  /** Returns the number of steps until that state is to be saved; 0 means now. */
  stepsUntilHealthy(): number
  /** Is called after steps were taken: counts them, rolls back if θ has left its bounds, and reports a drift. */
  taken(steps: number, rows: number, status: number, drifted: boolean): void
  /** Is called after a step was refused. */
  refused(): void
  /** Takes the step, which changes θ, statistics, names, counters and cursor, or refuses it. */
  window(window: Window): Outcome
  /**
   * Counts the rows of a window without a step, and commits what they leave in memory; the latter raises `step` too.
   */
  count(window: Pick<Window, 'rejected' | 'unlabelled' | 'cursor' | 'traces'>): void
}

export const createCommit = (core: Core, events: Events): Commit => {
  const { plan, program, vocabularies, width } = core
  const { places, segments } = program
  const rooms = createRooms(core, events)
  const set64 = (address: number, value: number): void => {
    core.f64[address >> 3] = value
  }
  /** Where the scalers count the numbers that they do not trust, by field. */
  const clipped = [...Object.entries(plan.features), ...Object.entries(plan.target)].flatMap(([name, field], i) =>
    hasScaler(field) ? [{ name, at: (places.statistics[i] >> 3) + SCALER.clipped }] : [],
  )
  const clippedPlaces = clipped.map(({ at }) => at)
  const tellClipped = (): void => {
    if (clippedPlaces.length === 0) return
    const { counters, f64 } = core
    let total = 0
    // This is a plain loop, because it runs after every step.
    for (let i = 0; i < clippedPlaces.length; i++) total += f64[clippedPlaces[i]]
    const count = total - counters.clipped
    counters.clipped = total
    if (count > 0) {
      const counts = new Map<string, number>()
      // A column that is a feature and a target has two counts.
      for (const { name, at } of clipped) counts.set(name, (counts.get(name) ?? 0) + f64[at])
      events.raise({ kind: 'clipping', step: core.step, count, fields: Object.fromEntries(counts) })
    }
  }
  const takeHealthy = (): void => {
    const [start, end] = stateBytes(program)
    core.healthy = { step: core.step, bytes: core.bytes.slice(start, end) }
  }
  // The optimizer's own steps are counted, because a restored model has them in common with the model it continues.
  const stepsSinceHealthy = (): number => {
    const steps = core.f64[places.steps >> 3]
    // This is faster than the remainder operator.
    return steps - plan.guardEvery * Math.floor(steps / plan.guardEvery)
  }
  const rollBack = (): void => {
    const healthy = core.healthy as NonNullable<Core['healthy']>
    // A learning rate that was set at run time stays, because it may have been set to stop the divergence.
    const rate = core.f64[places.rate >> 3]
    core.bytes.set(healthy.bytes, stateBytes(program)[0])
    set64(places.rate, rate)
    set64(places.reach, Infinity)
    core.writeCounts()
    // The healthy state has counted fewer clipped values; those after it are told anew if they come again.
    tellClipped()
    core.counters.rollbacks++
    events.raise({ kind: 'rollback', step: core.step, to: healthy.step, reason: 'a parameter left its bounds' })
  }

  /** Updates the statistics with the rows' numbers, and the vocabularies with their names. */
  const commitRows = ({ size, first, x, y, unseen, scored }: Window): void => {
    const [from, to] = segments.commit
    const hasScores = segments.scores[0] < segments.scores[1]
    for (let i = 0; i < size && x && y && (from < to || hasScores); i++) {
      core.f64.set(x.subarray(i * width, (i + 1) * width), places.x >> 3)
      core.f64.set(y.subarray(i * core.targets, (i + 1) * core.targets), places.y >> 3)
      core.run('commit')
      if (scored) core.f64.set(scored, places.losses >> 3)
      if (hasScores) core.run('scores', first + i)
    }
    if (x) rooms.countRows(x, size)
    for (const { field, value } of unseen) vocabularies[field]?.commit(value)
    if (unseen.length > 0) core.writeCounts()
  }

  const pass: Commit['count'] = ({ rejected, unlabelled, cursor, traces }) => {
    core.counters.rejected += rejected
    core.counters.unlabelled += unlabelled
    if (cursor !== undefined) core.cursor = cursor
    for (const trace of traces) core.memories?.committed.remember(trace)
  }

  /** Returns how often the drift rule has fired. */
  const firingsOf = (): number => (places.drift === undefined ? 0 : core.f64[(places.drift >> 3) + DRIFT.firings])

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
      // The step number may have risen before the first label, by what fields remember.
      if (rows > 0 && core.counters.learned === 0) core.learnedSince = core.step + 1
      core.step += steps
      core.counters.learned += rows
      tellClipped()
      rooms.tell()
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
    window(window) {
      const { size, first, x } = window
      const meanLoss = window.lossSum / size
      commit.keepHealthy()
      // A gradient from elsewhere brings no rows, so there are no losses to watch for a drift.
      set64(places.batchSize, x ? size : 0)
      set64(places.firstRow, first * program.rowStride)
      set64(places.meanLoss, meanLoss)
      set64(places.meanSquaredDelta, window.squares / size)
      const firings = firingsOf()
      const status = core.run('step')
      // All rows that are learned in one call pass through row 0.
      set64(places.firstRow, 0)
      const refused = status === REFUSED
      if (refused) {
        commit.count(window)
        commit.refused()
      } else {
        pass(window)
        commitRows(window)
        commit.taken(1, size, status, firingsOf() > firings)
      }
      return { refused, meanLoss }
    },
    count(passed) {
      pass(passed)
      // What `predict` reads has changed, so the step number must rise.
      if (passed.traces.length > 0) core.step++
    },
  }
  return commit
}
