import { CALL, DRIFTED, REFUSED, SPECIAL_ROW } from '../../program/abi.js'
import type { Call } from '../../program/executor.js'
import type { Commit } from '../state/commit.js'
import type { Core } from '../state/core.js'
import { createRowCalls } from './rowCalls.js'
import type { Columns, Gathered, Numbers } from './rowNumbers.js'

/**
 * Learns many rows in one call: each is predicted as it arrives, then learned, with the bits of the separate stages.
 */
export interface RowBlock {
  /** Learns the rows from `from` up to `to`, or fewer; it returns the row before which it stopped. */
  learn(rows: Numbers, from: number, to: number): number
  /** Returns the place into which a single row is read; it is valid until memory moves. */
  lone(): Gathered
  /** Learns the row at that place; it returns false if the row is special or if memory has moved since. */
  learnLone(row: Gathered): boolean
  /** Continues with the same rows at row `from`, which lies at least one row after the one where it stopped. */
  resume(from: number): number
  /** Whether it stopped before a special row: one that needs more than arithmetic. */
  readonly metSpecial: boolean
  /** Whether the step of the last row was refused. */
  readonly refused: boolean
  /** Returns the last row's weighted loss; `rowLoss` returns the unweighted one. */
  loss(): number
  rowLoss(): number
  /** Returns room for `rows` rows, laid out in the form that is fastest to hand over. */
  room(rows: number): Gathered
  /** Returns the results of the last call's rows, as a copy. */
  columns(): Columns
  /** Writes the same results into `into`, starting at row `at`. */
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

  // Of the rows `first` to `last`, those before `staged` are handed over; the last call learned `start` up to `done`.
  let given: Numbers | undefined
  let first = 0
  let staged = 0
  let last = 0
  let start = 0
  let done = 0

  /** A single output needs two classes to tell apart; all rows are special until it has them. */
  const hasClasses = (): boolean => !vocabulary || plan.outputs > 1 || vocabulary.values.length === 2

  /** Tells whether the next row is ordinary. It must leave no trace, because the row's step may not be taken. */
  const isOrdinary = (call: Call): boolean => {
    const words = call.i32
    words[CALL.count] = words[CALL.first] + 1
    words[CALL.probe] = 1
    runner.run(call)
    words[CALL.probe] = 0
    return words[CALL.status] !== SPECIAL_ROW
  }

  // This object has no getters, because JavaScript engines read an object that has getters slowly.
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
    // This function is written in one piece, because it is called for every row.
    learnLone(row) {
      if (!hasClasses() || row !== calls.lone()) return false
      if (commit.stepsUntilHealthy() === 0) {
        if (!isOrdinary(own)) return false
        commit.keepHealthy()
      }
      own.f64[CALL.stepNumber / 2] = core.step
      if (runner.run(own) === 0) return false
      const status = own.i32[CALL.status]
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
        const status = words[CALL.status]
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
    loss: () => core.f64[places.meanLoss >> 3],
    rowLoss: () => core.f64[places.losses >> 3],
    room: calls.room,
    columns: calls.columns,
    copy(into, at) {
      // The call may have stopped before any row was handed over.
      if (done > start) calls.copy(start - first, done - first, into, at)
    },
  }
  return block
}
