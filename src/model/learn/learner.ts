import type { Crew } from '../../engine.js'
import type { Learned, LearnedRows, Model, Update } from '../../model.js'
import type { Chunk, Prediction } from '../../records.js'
import type { Cursor } from '../../values.js'
import { createShards } from '../shards/shards.js'
import { createSharedWindows } from '../shards/sharedWindows.js'
import type { Commit } from '../state/commit.js'
import type { Core } from '../state/core.js'
import type { Pass } from '../step/pass.js'
import type { Reader } from '../step/predictions.js'
import { createOpenWindow, isLabelled } from './openWindow.js'

/** Test, then train, with the stages fused: θ is that of the stages one by one, bit for bit. */
export interface Learner<R> {
  row(row: R): Learned<R>
  rows(rows: readonly R[] | Chunk): LearnedRows<R>
  /** Row i of a chunk alone: the columns of a chunk of one. */
  rowOf(chunk: Chunk, i: number): LearnedRows<R>
  flush(): Update<R> | undefined
  /** Rows since the last step. */
  pending(): number
  /** Passes a place in the source: the next step's, unless a row brings a later one. */
  owe(cursor: Cursor): void
  /** The place that was passed since the last step. */
  owed(): Cursor | undefined
  /** Drops the rows of a window that is not full. */
  forget(): void
}

/** A row may have a field `kind` of its own; no row is a chunk by that alone. */
export const isChunk = (given: unknown): given is Chunk => {
  const chunk = given as Partial<Chunk> | null | undefined
  return chunk?.kind === 'chunk' && ArrayBuffer.isView(chunk.x)
}

/** A chunk's size, where its arrays hold so many rows. */
export const checkedSize = ({ width, targets }: Core, { size, x, y, weights }: Chunk): number => {
  if (!Number.isInteger(size) || size < 0)
    throw new RangeError(`learn: a chunk's size is ${size}; expected a whole number from 0 up.`)
  for (const [name, numbers, each] of [
    ['x', x, width],
    ['y', y, targets],
    ['weights', weights, 1],
  ] as const)
    if (numbers && numbers.length < size * each)
      throw new RangeError(
        `learn: a chunk's ${name} has ${numbers.length} numbers; ${size} rows of ${each} need ${size * each}.`,
      )
  return size
}

/**
 * @param batch the window: so many labelled rows make a step
 * @param crew computes the shards; without one they are computed here
 */
export const createLearner = <R>(
  core: Core,
  commit: Commit,
  pass: Pass,
  reader: Reader,
  model: Model<R>,
  batch: number,
  crew?: Crew,
): Learner<R> => {
  const { width, targets } = core
  const { places, rowStart, rowStride } = core.program
  core.reserveRows(1 + batch)
  const shards = createShards(core, pass)
  const shared = crew && createSharedWindows(core, pass, crew)
  const { direct } = pass
  // a crew is given the columns, where these are plain numbers
  const shownColumns = shared && direct ? core.floats(batch * width) : undefined
  const window = createOpenWindow<R>(core, commit.events, pass, batch, shownColumns)
  const { x, y, weights, losses, slot } = window
  const numbers = { x: shownColumns ?? x, y, weights, placed: direct }

  // the crew has summed this window's gradient along with the rest
  let summed = false
  const close = (): Update<R> => {
    const { size, lossSum, squares, rejected, unlabelled, cursor, unseen } = window
    if (!summed) (shared ?? shards).gradient(slot(0), size, numbers)
    summed = false
    for (let i = 0; i < size; i++) core.f64[(places.losses + i * rowStride) >> 3] = losses[i]!
    // the bound of a single row looks at its logit and its target, which it reads in slot 0
    if (size === 1 && slot(0) === 1) core.bytes.copyWithin(rowStart, rowStart + rowStride, rowStart + 2 * rowStride)
    const meanLoss = lossSum / size
    const rows = { size, x, y, unseen }
    const meanSquaredDelta = squares / size
    const { refused } = commit.window({ size, meanLoss, meanSquaredDelta, rejected, unlabelled, cursor, rows })
    const update: Update<R> = {
      kind: 'update',
      step: core.step,
      model,
      size,
      loss: meanLoss,
      learningRate: core.f64[places.currentRate >> 3]!,
      refused,
      ...(cursor !== undefined && { cursor }),
    }
    window.clear()
    return update
  }

  /** Predicts the rows at the window's next `count` places: each by the model as it stands at the window's start. */
  const predict = (count: number, placed: boolean): void => {
    enter(count, placed)
    // what is direct has its columns by now
    pass.predict(slot(window.size), count, direct)
  }
  /** Puts these rows into the arena; the features of those that are placed stand there. */
  const enter = (count: number, placed: boolean): void => {
    const { size } = window
    for (let i = size; i < size + count; i++)
      if (placed) pass.label(slot(i), y, i * targets, weights[i]!)
      else pass.load(slot(i), x, i * width, y, i * targets, weights[i]!)
    if (placed || !direct) return
    pass.encode(slot(size), count)
    for (let i = size; i < size + count; i++) window.share(i)
  }
  /** Takes them into the window. */
  const train = (count: number): void => {
    const first = slot(window.size)
    pass.forward(first, count)
    pass.loss(first, count)
    window.account(count)
  }

  /** Learns so many rows, each admitted in its turn (and placed in the arena, or not), as columns. */
  const columns = (
    rows: readonly R[],
    count: number,
    placed: boolean,
    next: (i: number, at: number) => number | undefined,
  ): LearnedRows<R> => {
    const actual = new Float64Array(count * targets).fill(Number.NaN)
    const lossColumn = new Float64Array(count).fill(Number.NaN)
    const predictions = reader.columns(count)
    let update: Update<R> | undefined
    // rows of one window go through together: where each stands among the columns
    const indices: number[] = []
    const settle = (labelled: boolean): void => {
      const n = indices.length
      if (n === 0) return
      const start = window.size
      const read = (first: number, count: number): void => {
        for (let k = first; k < first + count; k++) reader.write(predictions, indices[k]!, slot(start + k))
      }
      // a window that came whole goes through as a whole
      if (shared && labelled && n === batch) {
        if (direct) enter(n, placed)
        shared.through(slot(0), n, numbers, read)
        window.account(n)
        summed = true
      } else {
        predict(n, placed)
        read(0, n)
        if (labelled) train(n)
      }
      if (labelled) {
        for (let k = 0; k < n; k++) lossColumn[indices[k]!] = losses[start + k]!
      }
      indices.length = 0
      if (window.size === batch) update = close()
    }
    try {
      for (let i = 0; i < count; i++) {
        const before = window.unseen.length
        const at = window.size + indices.length
        const weight = next(i, at)
        if (weight === undefined) continue
        weights[at] = weight
        window.truth(at, before, actual, i)
        const labelled = isLabelled(y, at, targets)
        // a row without a label goes alone: its place in the window is the next one's too
        if (!labelled) settle(true)
        indices.push(i)
        if (!labelled) {
          settle(false)
          window.unseen.length = before
          window.unlabelled++
        } else if (at + 1 === batch) settle(true)
      }
    } finally {
      settle(true)
    }
    const learned = { kind: 'learned', step: core.step, model, rows, actual, predictions, losses: lossColumn } as const
    return update ? { ...learned, update } : learned
  }

  return {
    row(row) {
      const actual = new Float64Array(targets).fill(Number.NaN)
      const before = window.unseen.length
      const at = window.size
      let predictions: Prediction<R> | undefined
      let loss = Number.NaN
      const weight = window.admit(row, at)
      if (weight !== undefined) {
        weights[at] = weight
        predict(1, false)
        predictions = reader.one(row, core.step, slot(at))
        window.truth(at, before, actual, 0)
        if (isLabelled(y, at, targets)) {
          train(1)
          loss = losses[at]!
        } else {
          window.unseen.length = before
          window.unlabelled++
        }
      }
      const update = window.size === batch ? close() : undefined
      const learned = {
        kind: 'learned',
        step: core.step,
        model,
        rows: [row],
        actual,
        predictions,
        losses: loss,
      } as const
      return update ? { ...learned, update } : learned
    },
    rows: (given) =>
      isChunk(given)
        ? columns([], checkedSize(core, given), direct, (i, at) => window.admitColumns(given, i, at))
        : columns(given, given.length, false, (i, at) => window.admit(given[i] as R, at)),
    rowOf: (chunk, i) => columns([], 1, direct, (_, at) => window.admitColumns(chunk, i, at)),
    flush() {
      if (window.size > 0) return close()
      const { rejected, unlabelled, cursor } = window
      if (rejected > 0 || unlabelled > 0 || cursor !== undefined) commit.count({ rejected, unlabelled, cursor })
      window.clear()
      return undefined
    },
    pending: () => window.size + window.rejected + window.unlabelled,
    owe(place) {
      window.cursor = place
    },
    owed: () => window.cursor,
    forget: window.clear,
  }
}
