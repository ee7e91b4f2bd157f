import { CALL, DRIFTED, REFUSED, SPECIAL_ROW } from '../../program/abi.js'
import type { Call } from '../../program/executor.js'
import type { Commit } from '../state/commit.js'
import type { Core } from '../state/core.js'
import { type Columns, createRowCalls, type Gathered, type Numbers } from './rowCalls.js'

/** Many rows in one call: each predicted as it arrives, then learned, with the bits of the stages one by one. */
export interface RowBlock {
  /** Learns rows `from` up to `to`, or fewer: gives the row it stopped before. */
  learn(rows: Numbers, from: number, to: number): number
  /** Where a row that comes alone is read to, until memory moves. */
  lone(): Gathered
  /** Learns the row that stands there; false where it is special, or memory has moved since. */
  learnLone(row: Gathered): boolean
  /** Goes on with the same rows from row `from`, one further or more than where it stopped. */
  resume(from: number): number
  /** Whether it stopped before a special row: one that asks for more than arithmetic. */
  readonly metSpecial: boolean
  /** Of the last row: whether its step was refused. */
  readonly refused: boolean
  /** Its loss, weighted and as it is. */
  loss(): number
  rowLoss(): number
  /** Where so many rows are gathered for it, as it reads them best. */
  room(rows: number): Gathered
  /** What the last call's rows gave, in memory of its own. */
  columns(): Columns
  /** The same written from row `at` on. */
  copy(into: Columns, at: number): void
}

export const createRowBlock = (core: Core, commit: Commit): RowBlock | undefined => {
  const { rows: runner, plan, features } = core
  if (!runner) return undefined
  const { places } = core.program
  const { staging } = runner
  const vocabulary = core.vocabularies[features]
  const calls = createRowCalls(core, runner)
  const { own } = calls

  // the rows handed over, from `first` up to `staged` of `last`; those of the last call, from `start` up to `done`
  let given: Numbers | undefined
  let first = 0
  let staged = 0
  let last = 0
  let start = 0
  let done = 0

  /** Until one output has two classes to tell apart, all rows are special. */
  const hasClasses = (): boolean => !vocabulary || plan.outputs > 1 || vocabulary.values.length === 2

  /** Whether the next row is an ordinary one: nothing may be kept for a step that is not taken. */
  const isOrdinary = (call: Call): boolean => {
    const words = call.i32
    words[CALL.count] = words[CALL.first]! + 1
    words[CALL.probe] = 1
    runner.run(call)
    words[CALL.probe] = 0
    return words[CALL.status] !== SPECIAL_ROW
  }

  // no getters: engines read an object with such slowly
  const block: { -readonly [K in keyof RowBlock]: RowBlock[K] } = {
    metSpecial: false,
    refused: false,
    learn(rows, from, to) {
      given = rows
      first = from
      last = to
      staged = Math.min(to, from + calls.most)
      if (hasClasses()) calls.stage(rows, from, staged)
      return block.resume(from)
    },
    lone: calls.lone,
    // all in one piece, since it is called for every row
    learnLone(row) {
      if (!hasClasses() || row !== calls.lone()) return false
      if (commit.stepsUntilHealthy() === 0) {
        if (!isOrdinary(own)) return false
        commit.keepHealthy()
      }
      own.f64[CALL.stepNumber / 2] = core.step
      if (runner.run(own) === 0) return false
      const status = own.i32[CALL.status]!
      block.refused = status === REFUSED
      const taken = block.refused ? 0 : 1
      commit.taken(taken, taken, status, status === DRIFTED)
      if (block.refused) commit.refused()
      return true
    },
    resume(from) {
      if (from >= staged && staged < last) return block.learn(given as Numbers, from, last)
      start = from
      done = from
      block.metSpecial = true
      if (!hasClasses()) return from
      const words = staging.i32
      for (;;) {
        words[CALL.first] = done - first
        let until = commit.stepsUntilHealthy()
        if (until === 0) {
          if (!isOrdinary(staging)) break
          until = commit.keepHealthy()
        }
        words[CALL.count] = Math.min(staged, done + until) - first
        staging.f64[CALL.stepNumber / 2] = core.step
        const next = first + runner.run(staging)
        const status = words[CALL.status]!
        const taken = next - done - (status === REFUSED ? 1 : 0)
        if (next > done) block.refused = status === REFUSED
        done = next
        commit.taken(taken, taken, status, status === DRIFTED)
        if (status === REFUSED) commit.refused()
        block.metSpecial = status === SPECIAL_ROW
        if (block.metSpecial || done === staged) break
      }
      return done
    },
    loss: () => core.f64[places.meanLoss >> 3]!,
    rowLoss: () => core.f64[places.losses >> 3]!,
    room: calls.room,
    columns: calls.columns,
    copy(into, at) {
      // it may have stopped before anything was handed over
      if (done > start) calls.copy(start - first, done - first, into, at)
    },
  }
  return block
}
