import type { Chunk, Cursor, Learned, LearnedRows, Model, Prediction, Unseen, Update } from '../types.js'
import type { Core } from './core.js'
import type { Pass } from './pass.js'
import type { Reader } from './predictions.js'
import type { Refused } from './refusal.js'

/** Test, then train, with the stages fused: θ is that of the stages one by one, bit for bit. */
export interface Learner<R> {
  row(row: R): Learned<R>
  rows(rows: readonly R[] | Chunk): LearnedRows<R>
  /** Row i of a chunk alone: the columns of a chunk of one. */
  rowOf(chunk: Chunk, i: number): LearnedRows<R>
  flush(): Update<R> | undefined
  /** Rows since the last step. */
  pending(): number
  /** Drops the rows of a window that is not full. */
  forget(): void
}

/** A row may have a field `kind` of its own; no row is a chunk by that alone. */
export const isChunk = (given: unknown): given is Chunk => {
  const chunk = given as Partial<Chunk> | null | undefined
  return chunk?.kind === 'chunk' && ArrayBuffer.isView(chunk.x)
}

/** @param batch the window: so many labelled rows make a step */
export const createLearner = <R>(
  core: Core,
  pass: Pass,
  reader: Reader,
  model: Model<R>,
  batch: number,
): Learner<R> => {
  const { features, targets, encoder } = core
  const { places } = core.program
  const x = new Float64Array(batch * features)
  const y = new Float64Array(batch * targets)
  const vocabulary = core.vocabularies[features]
  core.reserveRows(batch)

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

  const close = (): Update<R> => {
    core.f64[places.inverseBatchSize >> 3] = 1 / size
    core.run('mean')
    const meanLoss = lossSum / size
    const rows = { size, x, y, unseen }
    const window = { size, meanLoss, meanSquaredDelta: squares / size, rejected, unlabelled, cursor, rows }
    const { refused } = core.commit(window)
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

  /** Learns the row that stands in the arena and has been predicted; its numbers are at place `size` of the window. */
  const train = (weight: number): number => {
    pass.forward()
    const loss = pass.loss()
    core.f64[(places.losses >> 3) + size] = loss
    lossSum += weight * loss
    squares += weight * pass.squaredDelta()
    if (size === 0) core.run('zero')
    if (y[size * targets] !== -1 || !vocabulary) pass.backward()
    size++
    return loss
  }

  /** Puts the window's only row back into the arena, where `bound` reads it: a prediction may have come since. */
  const reload = (): void => {
    pass.load(x, 0, y, 0, 1)
    pass.predict()
    pass.forward()
    pass.loss()
  }

  /** A class by the column it has, or will have once this window is committed. */
  const classOf = (column: number, before: number): number => {
    if (!vocabulary || column !== -1) return column
    if (!unseen.slice(before).some(({ field }) => field === features)) return column
    return vocabulary.columnAfter(unseen.flatMap(({ field, value }) => (field === features ? [value] : [])))
  }

  const reject = (row: unknown, { field, reason }: Refused, place: Cursor | undefined): void => {
    rejected++
    core.raise({ kind: 'rejection', reason, field, row, ...(place !== undefined && { cursor: place }) })
  }

  /** Puts a row's numbers at its place in the window; gives its weight, undefined where it was rejected. */
  const admit = (row: R): number | undefined => {
    const before = unseen.length
    let weight: number | undefined
    try {
      const place = encoder.cursorOf(row)
      if (place !== undefined) cursor = place
      const refused = encoder.encode(row, x, size * features, y, size * targets, unseen)
      if (refused) reject(row, refused, place)
      else weight = encoder.weightOf(row)
    } finally {
      // names of a row that was not let in, or whose getter threw, are not names of this window
      if (weight === undefined) unseen.length = before
    }
    return weight
  }
  const admitColumns = (chunk: Chunk, i: number): number | undefined => {
    const refused = encoder.copy(chunk, i, x, size * features, y, size * targets)
    if (!refused) return chunk.weights?.[i] ?? 1
    reject(chunk.x.slice(i * features, (i + 1) * features), refused, chunk.cursor)
    return undefined
  }

  /** Predicts the row at its place in the window, and learns it if it has a label; gives its loss. */
  const learn = (
    weight: number,
    before: number,
    actual: Float64Array,
    at: number,
    read: (at: number) => void,
  ): number => {
    pass.load(x, size * features, y, size * targets, weight)
    pass.predict()
    read(at)
    let labelled = true
    for (let i = 0; i < targets; i++) {
      const label = y[size * targets + i]!
      actual[at * targets + i] = classOf(label, before)
      if (Number.isNaN(label)) labelled = false
    }
    if (labelled) return train(weight)
    unseen.length = before
    unlabelled++
    return Number.NaN
  }

  /** Learns so many rows, each admitted in its turn, as columns. */
  const columns = (rows: readonly R[], count: number, next: (i: number) => number | undefined): LearnedRows<R> => {
    const actual = new Float64Array(count * targets).fill(Number.NaN)
    const losses = new Float64Array(count).fill(Number.NaN)
    const predictions = reader.columns(count)
    const read = (i: number): void => reader.write(predictions, i)
    let update: Update<R> | undefined
    for (let i = 0; i < count; i++) {
      const before = unseen.length
      const weight = next(i)
      if (weight === undefined) continue
      losses[i] = learn(weight, before, actual, i, read)
      if (size === batch) update = close()
    }
    const learned = { kind: 'learned', step: core.step, model, rows, actual, predictions, losses } as const
    return update ? { ...learned, update } : learned
  }
  const place = (chunk: Chunk, i: number): number | undefined => {
    // a chunk's cursor is the place after its last row, whether that is learned or rejected
    if (chunk.cursor !== undefined && i === chunk.size - 1) cursor = chunk.cursor
    return admitColumns(chunk, i)
  }

  return {
    row(row) {
      const actual = new Float64Array(targets).fill(Number.NaN)
      const before = unseen.length
      let predictions: Prediction<R> | undefined
      let losses = Number.NaN
      const weight = admit(row)
      if (weight !== undefined)
        losses = learn(weight, before, actual, 0, () => {
          predictions = reader.one(row)
        })
      const update = size === batch ? close() : undefined
      const learned = { kind: 'learned', step: core.step, model, rows: [row], actual, predictions, losses } as const
      return update ? { ...learned, update } : learned
    },
    rows: (given) =>
      isChunk(given)
        ? columns([], given.size, (i) => place(given, i))
        : columns(given, given.length, (i) => admit(given[i] as R)),
    rowOf: (chunk, i) => columns([], 1, () => place(chunk, i)),
    flush() {
      if (size === 1) reload()
      if (size > 0) return close()
      if (rejected > 0 || unlabelled > 0 || cursor !== undefined) core.count({ rejected, unlabelled, cursor })
      clear()
      return undefined
    },
    pending: () => size + rejected + unlabelled,
    forget: clear,
  }
}
