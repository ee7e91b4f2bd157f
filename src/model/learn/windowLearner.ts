import type { Crew } from '../../engine.js'
import type { LearnedRows, Model, Update } from '../../model.js'
import type { Prediction } from '../../records.js'
import type { Commit } from '../state/commit.js'
import type { Machine } from '../step/machine.js'
import { updateOf } from '../step/updateOf.js'
import type { WindowRows } from '../step/windowPass.js'
import { checkedSize, isChunk } from './chunk.js'
import { emptyColumns } from './columns.js'
import { learnedOf } from './learnedOf.js'
import type { Learner } from './learner.js'
import { createOpenWindow, isLabelled } from './openWindow.js'

/**
 * Learns in windows of `batch` labelled rows, and handles every kind of row, special rows included.
 *
 * @param crew computes the shards; without a crew they are computed on this thread
 */
export const createWindowLearner = <R>(
  { core, pass, window: windowPass, reader }: Machine,
  commit: Commit,
  model: Model<R>,
  batch: number,
  crew?: Crew,
): Learner<R> => {
  const { width, targets } = core
  // A window's rows stand from slot 1 on, because slot 0 is for rows predicted alone; windows of 1 need no further
  // slot.
  const first = batch === 1 ? 0 : 1
  core.reserveRows(first + batch)
  const { direct } = pass
  // A crew is given the columns if they are plain numbers.
  const columns = crew && direct ? core.floats(batch * width) : undefined
  const window = createOpenWindow<R>(core, commit.events, pass, batch, first)
  const { x, y, weights, losses } = window
  const numbers: WindowRows = { first, x, y, weights, placed: false }
  const shared: WindowRows = columns ? { first, x: columns, y, weights, placed: true } : numbers
  // This tells whether the crew has already summed this window's gradient.
  let summed = false

  const close = (): Update<R> => {
    const { size, cursor } = window
    if (!summed) windowPass.gradient(shared, size, crew)
    summed = false
    const { refused, meanLoss } = commit.window(window)
    window.clear()
    return updateOf(core, model, size, meanLoss, refused, cursor)
  }

  /**
   * Puts the rows at the window's next places into the arena; the columns of rows that are placed are there already.
   */
  const enter = (count: number, placed: boolean): void => {
    const { size } = window
    if (!placed) windowPass.enter(numbers, [size, count])
    else for (let i = size; i < size + count; i++) pass.label(first + i, y, i * targets, weights[i])
  }
  const share = (count: number): void => {
    const { size } = window
    if (columns) for (let i = size; i < size + count; i++) columns.set(pass.columns(first + i), i * width)
  }
  /** Predicts these rows, each by the model as it stood at the window's start. */
  const predict = (count: number, placed: boolean): void => {
    enter(count, placed)
    pass.predict(first + window.size, count, placed)
    share(count)
  }
  /** Adds these rows to the window. */
  const train = (count: number): void => {
    const slot = first + window.size
    pass.forward(slot, count)
    pass.loss(slot, count)
    window.account(count)
  }
  /** Scores a window that arrived whole and sums its gradient, both by the crew. */
  const learnWhole = (crew: Crew, placed: boolean, predicted: (from: number, count: number) => void): void => {
    if (columns) {
      enter(batch, placed)
      if (!placed) pass.encode(first, batch)
      share(batch)
    }
    windowPass.learn(shared, batch, crew, predicted)
    window.account(batch)
    summed = true
  }

  /** Passes a row without a label; in windows of one row, what fields remember of it waits for no other row. */
  const passUnlabelled = (before: number, at: number): void => {
    window.passUnlabelled(before, at)
    if (batch > 1 || window.traces.length === 0) return
    commit.count(window)
    window.clear()
  }

  /** Learns rows as columns; each row is admitted in its turn, and has been placed in the arena or not. */
  const learnColumns = (
    given: readonly R[],
    count: number,
    placed: boolean,
    admit: (i: number, at: number) => number | undefined,
  ): LearnedRows<R> => {
    const { actual, losses: lossColumn, predictions } = emptyColumns(core, reader, count)
    window.unlearned = []
    let update: Update<R> | undefined
    // Rows of one window go through the pass together; this maps each to its row among the columns.
    const indices: number[] = []
    const settle = (labelled: boolean): void => {
      const n = indices.length
      if (n === 0) return
      const start = window.size
      const read = (from: number, count: number): void => {
        for (let k = from; k < from + count; k++) reader.write(predictions, indices[k], first + start + k)
      }
      if (crew && labelled && n === batch) learnWhole(crew, placed, read)
      else {
        predict(n, placed)
        read(0, n)
        if (labelled) train(n)
      }
      if (labelled) for (let k = 0; k < n; k++) lossColumn[indices[k]] = losses[start + k]!
      indices.length = 0
      if (window.size === batch) update = close()
    }
    try {
      for (let i = 0; i < count; i++) {
        const before = window.unseen.length
        const at = window.size + indices.length
        window.index = i
        const weight = admit(i, at)
        if (weight === undefined) continue
        weights[at] = weight
        window.truth(at, before, actual, i)
        const labelled = isLabelled(y, at, targets)
        // A row without a label goes through alone, because the next row takes the same place in the window.
        if (!labelled) settle(true)
        indices.push(i)
        if (!labelled) {
          settle(false)
          passUnlabelled(before, at)
        } else if (at + 1 === batch) settle(true)
      }
    } finally {
      settle(true)
    }
    return learnedOf(model, core.step, given, actual, predictions, lossColumn, update, window.unlearned)
  }

  return {
    row(row) {
      const actual = new Float64Array(targets).fill(Number.NaN)
      const before = window.unseen.length
      const at = window.size
      window.index = 0
      window.unlearned = []
      let prediction: Prediction<R> | undefined
      let loss = Number.NaN
      const weight = window.admit(row, at)
      if (weight !== undefined) {
        weights[at] = weight
        predict(1, false)
        prediction = reader.one(row, core.step, first + at)
        window.truth(at, before, actual, 0)
        if (isLabelled(y, at, targets)) {
          train(1)
          loss = losses[at]!
        } else passUnlabelled(before, at)
      }
      const update = window.size === batch ? close() : undefined
      return learnedOf(model, core.step, [row], actual, prediction, loss, update, window.unlearned)
    },
    rows: (given) =>
      isChunk(given)
        ? learnColumns([], checkedSize(core, given), direct, (i, at) => window.admitColumns(given, i, at))
        : learnColumns(given, given.length, false, (i, at) => window.admit(given[i], at)),
    rowOf: (chunk, i) => learnColumns([], 1, direct, (_, at) => window.admitColumns(chunk, i, at)),
    flush() {
      if (window.size > 0) return close()
      const { rejected, unlabelled, cursor } = window
      if (rejected > 0 || unlabelled > 0 || cursor !== undefined) commit.count(window)
      window.clear()
      return undefined
    },
    pending: () => window.size + window.rejected + window.unlabelled,
    passCursor(cursor) {
      window.cursor = cursor
    },
    pendingCursor: () => window.cursor,
    forget() {
      // Rows that were read ahead of the last step will be read again.
      if (core.memories && window.traces.length > 0) core.memories.ahead = core.memories.committed.copy()
      window.clear()
    },
  }
}
