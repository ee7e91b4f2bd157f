import type { Chunk, Cursor, LearnedRows, Model, Unseen, Update } from '../types.js'
import type { Core } from './core.js'
import { isChunk, type Learner } from './learner.js'
import type { Reader } from './predictions.js'
import type { Columns, RowBlock } from './rowBlock.js'

/** So many rows of an array are read before they are learned together. */
const HELD = 256

/**
 * Learns at every row, many rows to a call. A row that asks for more than arithmetic (a new name, a refusal, no label)
 * is left to `one`, which knows it all: in its turn, so that θ is the same, bit for bit.
 *
 * @param one learns row by row, in windows of 1
 */
export const createRowLearner = <R>(
  core: Core,
  reader: Reader,
  model: Model<R>,
  one: Learner<R>,
  block: RowBlock,
): Learner<R> => {
  const { width, targets, encoder } = core
  const { currentRate } = core.program.places
  const x = block.room(HELD)
  const y = new Float64Array(HELD * targets)
  const weights = core.plan.weight === undefined ? undefined : new Float64Array(HELD)
  const numbers = { x, y, weights }
  const unseen: Unseen[] = []
  /** Whether `one` may have rows since the last step. */
  let behind = false

  /** Reads a row to place i; false where it is none of the plain ones. */
  const read = (row: R, i: number): boolean => {
    if (unseen.length > 0) unseen.length = 0
    if (encoder.encode(row, x, i * width, y, i * targets, unseen) || unseen.length > 0) return false
    for (let j = i * targets; j < (i + 1) * targets; j++) if (Number.isNaN(y[j]!)) return false
    if (weights) weights[i] = encoder.weightOf(row)
    return true
  }
  /** Whether a row that was read holds a number which its place here cannot. */
  const isBeyond = (i: number): boolean =>
    x.subarray(i * width, (i + 1) * width).some((number) => Math.abs(number) === Infinity)
  /** What was counted since the last step belongs to the next one. */
  const catchUp = (): void => {
    if (!behind) return
    if (one.pending() > 0) one.flush()
    behind = false
  }
  /** Leaves rows to `one`. */
  const left = <L>(learn: () => L): L => {
    behind = true
    const learned = learn()
    behind = one.pending() > 0
    return learned
  }
  const passed = (cursor: Cursor | undefined): void => {
    if (cursor !== undefined) core.cursor = cursor
  }
  const updateOf = (cursor: Cursor | undefined): Update<R> => {
    const { step } = core
    const learningRate = core.f64[currentRate >> 3]!
    const loss = block.loss()
    const { refused } = block
    if (cursor === undefined) return { kind: 'update', step, model, size: 1, loss, learningRate, refused }
    return { kind: 'update', step, model, size: 1, loss, learningRate, refused, cursor }
  }

  const emptyColumns = (count: number): Columns => ({
    actual: new Float64Array(count * targets).fill(Number.NaN),
    losses: new Float64Array(count).fill(Number.NaN),
    predictions: reader.columns(count),
  })
  /** A row's columns, learned by the other way, in their place among the others. */
  const place = ({ actual, losses, predictions: from }: LearnedRows<R>, into: Columns, i: number): void => {
    into.actual.set(actual, i * targets)
    into.losses.set(losses, i)
    if (!from) return
    into.predictions.steps.set(from.steps, i)
    into.predictions.values.set(from.values, i * targets)
    if (from.probabilities) into.predictions.probabilities?.set(from.probabilities, i * from.probabilities.length)
  }
  const learned = (rows: readonly R[], columns: Columns, update: Update<R> | undefined): LearnedRows<R> => {
    const { actual, losses, predictions } = columns
    const { step } = core
    if (!update) return { kind: 'learned', step, model, rows, actual, predictions, losses }
    return { kind: 'learned', step, model, rows, actual, predictions, losses, update }
  }

  const learnChunk = (chunk: Chunk): LearnedRows<R> => {
    const { size, cursor } = chunk
    if (!chunk.y) return left(() => one.rows(chunk))
    const given = { x: chunk.x, y: chunk.y, weights: chunk.weights }
    catchUp()
    let end = block.learn(given, 0, size)
    if (end === size && size > 0) {
      passed(cursor)
      return learned([], block.columns(), updateOf(cursor))
    }
    const columns = emptyColumns(size)
    let update: Update<R> | undefined
    for (let i = 0; i < size; ) {
      block.copy(columns, i)
      if (end > i) {
        const place = end === size ? cursor : undefined
        passed(place)
        update = updateOf(place)
      }
      i = end
      if (i < size && block.stopped) {
        const at = i
        const own = left(() => one.rowOf(chunk, at))
        place(own, columns, i)
        update = own.update ?? update
        i++
      }
      if (i < size) {
        catchUp()
        end = block.resume(i)
      }
    }
    return learned([], columns, update)
  }

  const learnRows = (rows: readonly R[]): LearnedRows<R> => {
    let columns: Columns | undefined
    let update: Update<R> | undefined
    let held = 0
    let cursor: Cursor | undefined
    const learnOther = (i: number): void => {
      columns ??= emptyColumns(rows.length)
      const own = left(() => one.rows([rows[i] as R]))
      place(own, columns, i)
      update = own.update ?? update
    }
    /** Learns the rows that were read, which end before row i. */
    const settle = (i: number): void => {
      if (held === 0) return
      catchUp()
      const start = i - held
      for (let at = 0; at < held; ) {
        const end = at === 0 ? block.learn(numbers, 0, held) : block.resume(at)
        // mostly these are all the rows there are: their columns are what is given back
        if (at === 0 && end === rows.length) columns = block.columns()
        else {
          columns ??= emptyColumns(rows.length)
          block.copy(columns, start + at)
        }
        if (end > at) update = updateOf(cursor)
        at = end
        // while one output tells no two classes apart yet, each row goes the other way; so does a number beyond an f32
        if (block.stopped) {
          learnOther(start + at)
          if (update && cursor !== undefined && isBeyond(at)) update = { ...update, cursor }
          at++
        }
      }
      held = 0
      passed(cursor)
    }
    let i = 0
    try {
      for (; i < rows.length; i++) {
        const row = rows[i] as R
        if (read(row, held)) {
          cursor = encoder.cursorOf(row) ?? cursor
          held++
          if (held === HELD) settle(i + 1)
        } else {
          settle(i)
          learnOther(i)
        }
      }
    } finally {
      settle(i)
    }
    return learned(rows, columns ?? emptyColumns(rows.length), update)
  }

  return {
    row(row) {
      if (!read(row, 0)) return left(() => one.row(row))
      catchUp()
      const { step } = core
      if (block.learn(numbers, 0, 1) === 0) return left(() => one.row(row))
      const cursor = encoder.cursorOf(row)
      passed(cursor)
      const actual = new Float64Array(targets)
      for (let j = 0; j < targets; j++) actual[j] = y[j]!
      const predictions = reader.one(row, step)
      const losses = block.rowLoss()
      return {
        kind: 'learned',
        step: core.step,
        model,
        rows: [row],
        actual,
        predictions,
        losses,
        update: updateOf(cursor),
      }
    },
    rows: (given) => (isChunk(given) ? learnChunk(given) : learnRows(given)),
    rowOf: (chunk, i) => left(() => one.rowOf(chunk, i)),
    flush: () => (behind ? left(one.flush) : undefined),
    pending: () => (behind ? one.pending() : 0),
    forget: () => {
      if (behind) left(one.forget)
    },
  }
}
