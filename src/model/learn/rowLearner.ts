import type { Learned, LearnedRows, Model, Update } from '../../model.js'
import type { Chunk, Unseen } from '../../records.js'
import type { Cursor } from '../../values.js'
import type { Core } from '../state/core.js'
import type { Reader } from '../step/predictions.js'
import { checkedSize, isChunk, type Learner } from './learner.js'
import { isLabelled } from './openWindow.js'
import type { RowBlock } from './rowBlock.js'
import type { Columns, Gathered } from './rowCalls.js'

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
  const gathered = block.room(HELD)
  const unseen: Unseen[] = []
  /** The rows' own cursors, as they were read. */
  const cursors: (Cursor | undefined)[] = []
  /** Whether `one` may have counted something since the last step. */
  let behind = false

  /** Reads a row to place i; false where it is none of the plain ones. */
  const read = (row: R, { x, y, weights }: Gathered, i: number): boolean => {
    if (unseen.length > 0) unseen.length = 0
    cursors[i] = encoder.cursorOf(row)
    let plain = false
    try {
      plain = encoder.encode(row, x, i * width, y, i * targets, unseen) === undefined
    } catch (error) {
      passed(cursors[i])
      throw error
    }
    if (!plain || unseen.length > 0) return false
    if (!isLabelled(y, i, targets)) return false
    if (weights) weights[i] = encoder.weightOf(row)
    return true
  }
  /** A row whose reading throws has been passed all the same. */
  const passed = (cursor: Cursor | undefined): void => {
    if (cursor !== undefined) left(() => one.owe(cursor))
  }
  /** Leaves rows to `one`. */
  const left = <L>(learn: () => L): L => {
    behind = true
    const learned = learn()
    behind = one.pending() > 0 || one.owed() !== undefined
    return learned
  }
  /**
   * Learns rows, and commits with their first step what was counted before it.
   * @param run from row `from` on: gives the row it stopped before
   * @param own the last one's cursor
   */
  const take = (from: number, run: () => number, own: (end: number) => Cursor | undefined): number => {
    const owed = behind ? one.owed() : undefined
    const end = run()
    if (end > from) {
      if (behind) left(one.flush)
      const cursor = own(end)
      if (cursor !== undefined) core.cursor = cursor
      update = updateOf(cursor ?? (end === from + 1 ? owed : undefined))
    }
    return end
  }
  /** The newest step's. */
  let update: Update<R> | undefined
  const updateOf = (cursor: Cursor | undefined): Update<R> => {
    const { step } = core
    const learningRate = core.f64[currentRate >> 3]!
    const loss = block.loss()
    const { refused } = block
    // written out twice, here and below: a spread takes as long as the row
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
  const learned = (rows: readonly R[], columns: Columns): LearnedRows<R> => {
    const { actual, losses, predictions } = columns
    const { step } = core
    if (!update) return { kind: 'learned', step, model, rows, actual, predictions, losses }
    return { kind: 'learned', step, model, rows, actual, predictions, losses, update }
  }

  const learnChunk = (chunk: Chunk): LearnedRows<R> => {
    const size = checkedSize(core, chunk)
    if (!chunk.y || size === 0) return left(() => one.rows(chunk))
    const given = { x: chunk.x, y: chunk.y, weights: chunk.weights }
    // a chunk's cursor is the place after its last row
    const cursorAt = (end: number): Cursor | undefined => (end === size ? chunk.cursor : undefined)
    update = undefined
    let end = take(0, () => block.learn(given, 0, size), cursorAt)
    if (end === size) return learned([], block.columns())
    const columns = emptyColumns(size)
    for (let i = 0; i < size; ) {
      block.copy(columns, i)
      i = end
      if (i < size && block.stopped) {
        const own = left(() => one.rowOf(chunk, end))
        place(own, columns, i)
        update = own.update ?? update
        i++
      }
      // what was handed over still stands there: no one else has used the place since
      const from = i
      if (i < size) end = take(from, () => block.resume(from), cursorAt)
    }
    return learned([], columns)
  }

  const learnRows = (rows: readonly R[]): LearnedRows<R> => {
    let columns: Columns | undefined
    let held = 0
    update = undefined
    const learnOther = (i: number): void => {
      columns ??= emptyColumns(rows.length)
      const own = left(() => one.rows([rows[i] as R]))
      place(own, columns, i)
      update = own.update ?? update
    }
    /** Learns the rows that were read, which end before row i. */
    const settle = (i: number): void => {
      const count = held
      // whatever is thrown from here on, none of them is learned twice
      held = 0
      const start = i - count
      for (let at = 0; at < count; ) {
        const from = at
        // handed over anew: a row that went the other way may have learned elsewhere, by code of its own
        const end = take(
          from,
          () => block.learn(gathered, from, count),
          (last) => {
            for (let k = from; k < last - 1; k++) if (cursors[k] !== undefined) core.cursor = cursors[k]
            return cursors[last - 1]
          },
        )
        // mostly these are all the rows there are: their columns are what is given back
        if (from === 0 && end === rows.length) columns = block.columns()
        else {
          columns ??= emptyColumns(rows.length)
          block.copy(columns, start + from)
        }
        at = end
        // while one output tells no two classes apart yet, each row goes the other way; so does a number beyond an f32
        if (block.stopped) {
          learnOther(start + at)
          at++
        }
      }
    }
    let i = 0
    try {
      for (; i < rows.length; i++) {
        if (read(rows[i] as R, gathered, held)) {
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
    return learned(rows, columns ?? emptyColumns(rows.length))
  }

  const leave = (row: R): Learned<R> => left(() => one.row(row))
  return {
    row(row) {
      const numbers = block.lone()
      if (!read(row, numbers, 0)) return leave(row)
      const { step } = core
      const owed = behind ? one.owed() : undefined
      if (!block.one(numbers)) return leave(row)
      if (behind) left(one.flush)
      const cursor = cursors[0]
      if (cursor !== undefined) core.cursor = cursor
      const actual = new Float64Array(targets)
      for (let j = 0; j < targets; j++) actual[j] = numbers.y[j]!
      const predictions = reader.one(row, step)
      const losses = block.rowLoss()
      const own = updateOf(cursor ?? owed)
      return { kind: 'learned', step: core.step, model, rows: [row], actual, predictions, losses, update: own }
    },
    rows: (given) => (isChunk(given) ? learnChunk(given) : learnRows(given)),
    rowOf: (chunk, i) => left(() => one.rowOf(chunk, i)),
    owe: (cursor) => left(() => one.owe(cursor)),
    owed: one.owed,
    flush: () => (behind ? left(one.flush) : undefined),
    pending: () => (behind ? one.pending() : 0),
    forget: () => {
      if (behind) left(one.forget)
    },
  }
}
