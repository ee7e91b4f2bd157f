import type { Chunk, Crew, Cursor, Learned, LearnedRows, Model, Prediction, Unseen, Update } from '../types.js'
import { createChunkReader } from './chunkReader.js'
import type { Commit } from './commit.js'
import type { Core } from './core.js'
import type { Pass } from './pass.js'
import type { Reader } from './predictions.js'
import type { Refused } from './refusal.js'
import { createShards } from './shards.js'
import { createSharedWindows } from './sharedWindows.js'

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
  const { features, width, targets, encoder } = core
  const { places, rowStart, rowStride } = core.program
  const x = new Float64Array(batch * width)
  const y = new Float64Array(batch * targets)
  const weights = new Float64Array(batch)
  const losses = new Float64Array(batch)
  const vocabulary = core.vocabularies[features]
  const chunkReader = createChunkReader(encoder.inputs, encoder.outputs)
  core.reserveRows(1 + batch)
  const shards = createShards(core, pass)
  const shared = crew && createSharedWindows(core, pass, crew)
  const { direct } = pass
  // a crew is given the columns, where these are plain numbers
  const shownColumns = shared && direct ? core.floats(batch * width) : undefined
  const numbers = { x: shownColumns ?? x, y, weights, placed: direct }

  let size = 0
  let unseen: Unseen[] = []
  let [lossSum, squares] = [0, 0]
  let [rejected, unlabelled] = [0, 0]
  let cursor: Cursor | undefined

  const clear = (): void => {
    size = 0
    if (unseen.length > 0) unseen = []
    lossSum = 0
    squares = 0
    rejected = 0
    unlabelled = 0
    cursor = undefined
  }

  // a window's rows stand from slot 1 on; one that learns at every row needs none of its own
  const base = batch === 1 ? 0 : 1
  const slot = (i: number): number => base + i

  // the crew has summed this window's gradient along with the rest
  let summed = false
  const close = (): Update<R> => {
    if (!summed) (shared ?? shards).gradient(base, size, numbers)
    summed = false
    for (let i = 0; i < size; i++) core.f64[(places.losses + i * rowStride) >> 3] = losses[i]!
    // the bound of a single row looks at its logit and its target, which it reads in slot 0
    if (size === 1 && base === 1) core.bytes.copyWithin(rowStart, rowStart + rowStride, rowStart + 2 * rowStride)
    const meanLoss = lossSum / size
    const rows = { size, x, y, unseen }
    const window = { size, meanLoss, meanSquaredDelta: squares / size, rejected, unlabelled, cursor, rows }
    const { refused } = commit.window(window)
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
    clear()
    return update
  }

  /** A class by the column it has, or will have once this window is committed. */
  const classOf = (column: number, before: number): number => {
    if (!vocabulary || column !== -1) return column
    if (!unseen.slice(before).some(({ field }) => field === features)) return column
    return vocabulary.columnAfter(unseen.flatMap(({ field, value }) => (field === features ? [value] : [])))
  }

  const reject = (row: unknown, { field, reason }: Refused, place: Cursor | undefined): void => {
    rejected++
    commit.events.raise({ kind: 'rejection', reason, field, row, ...(place !== undefined && { cursor: place }) })
  }

  /** Puts a row's numbers at place `at` of the window; gives its weight, undefined where it was rejected. */
  const admit = (row: R, at: number): number | undefined => {
    const before = unseen.length
    let weight: number | undefined
    try {
      const place = encoder.cursorOf(row)
      if (place !== undefined) cursor = place
      const refused = encoder.encode(row, x, at * width, y, at * targets, unseen)
      if (refused) reject(row, refused, place)
      else weight = encoder.weightOf(row)
    } finally {
      // names of a row that was not let in, or whose getter threw, are not names of this window
      if (weight === undefined) unseen.length = before
    }
    return weight
  }
  const admitColumns = (chunk: Chunk, i: number, at: number): number | undefined => {
    // a chunk's cursor is the place after its last row, whether that is learned or rejected
    if (chunk.cursor !== undefined && i === chunk.size - 1) cursor = chunk.cursor
    const weightRefused = chunkReader.weight(chunk, i)
    const placed = direct && !weightRefused && pass.place(slot(at), chunk.x, i * width)
    const refused =
      weightRefused ??
      (placed ? undefined : chunkReader.features(chunk, i, x, at * width)) ??
      chunkReader.labels(chunk, i, y, at * targets)
    if (refused) {
      reject(chunk.x.slice(i * width, (i + 1) * width), refused, chunk.cursor)
      return undefined
    }
    if (direct && !placed) {
      pass.load(slot(at), x, at * width, y, at * targets, 1)
      pass.encode(slot(at), 1)
    }
    share(at)
    return chunk.weights?.[i] ?? 1
  }
  const isLabelled = (at: number): boolean => {
    for (let i = at * targets; i < (at + 1) * targets; i++) if (Number.isNaN(y[i]!)) return false
    return true
  }

  /** Predicts the rows at the window's next `count` places: each by the model as it stands at the window's start. */
  const predict = (count: number, placed: boolean): void => {
    enter(count, placed)
    // what is direct has its columns by now
    pass.predict(slot(size), count, direct)
  }
  /** Puts these rows into the arena; the features of those that are placed stand there. */
  const enter = (count: number, placed: boolean): void => {
    for (let i = size; i < size + count; i++)
      if (placed) pass.label(slot(i), y, i * targets, weights[i]!)
      else pass.load(slot(i), x, i * width, y, i * targets, weights[i]!)
    if (placed || !direct) return
    pass.encode(slot(size), count)
    for (let i = size; i < size + count; i++) share(i)
  }
  const share = (at: number): void => shownColumns?.set(pass.columns(slot(at)), at * width)
  /** Takes them into the window. */
  const train = (count: number): void => {
    pass.forward(slot(size), count)
    pass.loss(slot(size), count)
    account(count)
  }
  const account = (count: number): void => {
    for (const end = size + count; size < end; size++) {
      losses[size] = pass.lossOf(slot(size))
      lossSum += weights[size]! * losses[size]!
      squares += weights[size]! * pass.squaredDelta(slot(size))
    }
  }
  /** What a row's label says, at the window's place `at`: a class by the column it has or is getting. */
  const truth = (at: number, before: number, actual: Float64Array, i: number): void => {
    for (let j = 0; j < targets; j++) actual[i * targets + j] = classOf(y[at * targets + j]!, before)
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
      const start = size
      const read = (first: number, count: number): void => {
        for (let k = first; k < first + count; k++) reader.write(predictions, indices[k]!, slot(start + k))
      }
      // a window that came whole goes through as a whole
      if (shared && labelled && n === batch) {
        if (direct) enter(n, placed)
        shared.through(base, n, numbers, read)
        account(n)
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
      if (size === batch) update = close()
    }
    try {
      for (let i = 0; i < count; i++) {
        const before = unseen.length
        const at = size + indices.length
        const weight = next(i, at)
        if (weight === undefined) continue
        weights[at] = weight
        truth(at, before, actual, i)
        const labelled = isLabelled(at)
        // a row without a label goes alone: its place in the window is the next one's too
        if (!labelled) settle(true)
        indices.push(i)
        if (!labelled) {
          settle(false)
          unseen.length = before
          unlabelled++
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
      const before = unseen.length
      const at = size
      let predictions: Prediction<R> | undefined
      let loss = Number.NaN
      const weight = admit(row, at)
      if (weight !== undefined) {
        weights[at] = weight
        predict(1, false)
        predictions = reader.one(row, core.step, slot(at))
        truth(at, before, actual, 0)
        if (isLabelled(at)) {
          train(1)
          loss = losses[at]!
        } else {
          unseen.length = before
          unlabelled++
        }
      }
      const update = size === batch ? close() : undefined
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
        ? columns([], checkedSize(core, given), direct, (i, at) => admitColumns(given, i, at))
        : columns(given, given.length, false, (i, at) => admit(given[i] as R, at)),
    rowOf: (chunk, i) => columns([], 1, direct, (_, at) => admitColumns(chunk, i, at)),
    flush() {
      if (size > 0) return close()
      if (rejected > 0 || unlabelled > 0 || cursor !== undefined) commit.count({ rejected, unlabelled, cursor })
      clear()
      return undefined
    },
    pending: () => size + rejected + unlabelled,
    owe(place) {
      cursor = place
    },
    owed: () => cursor,
    forget: clear,
  }
}
