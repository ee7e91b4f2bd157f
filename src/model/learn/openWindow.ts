import type { Refused } from '../../features/refusal.js'
import type { Chunk, Trace, Unseen } from '../../records.js'
import type { Cursor, Row } from '../../values.js'
import type { Core } from '../state/core.js'
import type { Events } from '../state/events.js'
import { encoderOf } from '../step/encoderOf.js'
import type { Pass } from '../step/pass.js'
import { createChunkReader } from './chunkReader.js'

/** A row that has all its targets is learned: NaN stands for one that is not there. */
export const isLabelled = (y: Float64Array, i: number, targets: number): boolean => {
  for (let j = i * targets; j < (i + 1) * targets; j++) if (Number.isNaN(y[j]!)) return false
  return true
}

/** The rows since the last step: their numbers, and what is counted of them until it closes. */
export interface OpenWindow<R> {
  /** The slot where its first row stands; the others stand behind it. */
  readonly first: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly weights: Float64Array
  readonly losses: Float64Array
  /** So many rows have been through their loss. */
  size: number
  /** Names that become known with this window's step. */
  unseen: Unseen[]
  lossSum: number
  squares: number
  rejected: number
  unlabelled: number
  /** What the rows that were let in leave in the memory of fields. */
  traces: Trace[]
  /** The place in the source after the last row that was let in or rejected. */
  cursor: Cursor | undefined
  /** Puts a row's numbers at place `at`; gives its weight, undefined where it was rejected. */
  admit(row: R, at: number): number | undefined
  /** The same of row i of a chunk; where rows are put in as they are, its columns stand in the arena then. */
  admitColumns(chunk: Chunk, i: number, at: number): number | undefined
  /** Writes what the label at place `at` says as row i of `actual`: a class by the column it has or is getting. */
  truth(at: number, before: number, actual: Float64Array, i: number): void
  /** Counts a row that has no label, whose names, from `before` on, do not become known. */
  passUnlabelled(before: number): void
  /** Takes the next `count` rows in, whose losses stand in the arena. */
  account(count: number): void
  /** Drops all of it. */
  clear(): void
}

/**
 * @param batch how many labelled rows make a step
 * @param first the slot where its first row stands; the others stand behind it
 */
export const createOpenWindow = <R>(
  core: Core,
  { raise }: Events,
  pass: Pass,
  batch: number,
  first: number,
): OpenWindow<R> => {
  const { features, width, targets, memories } = core
  const encoder = encoderOf(core)
  const { direct } = pass
  const x = new Float64Array(batch * width)
  const y = new Float64Array(batch * targets)
  const weights = new Float64Array(batch)
  const losses = new Float64Array(batch)
  const vocabulary = core.vocabularies[features]
  const chunkReader = createChunkReader(encoder.inputs, encoder.outputs, memories?.committed.chunk)

  const reject = (row: unknown, { field, reason }: Refused, cursor: Cursor | undefined): void => {
    window.rejected++
    raise({ kind: 'rejection', reason, field, row, ...(cursor !== undefined && { cursor }) })
  }
  let trace: Trace | undefined
  /** The next row is read by what this one leaves. */
  const remember = (): void => {
    if (!trace) return
    memories?.ahead.remember(trace)
    window.traces.push(trace)
  }
  const recallRow = (row: R, at: number): Refused | undefined => {
    trace = memories?.ahead.readRow(row as Row, x, at * width)
    return trace?.refused
  }
  const recallColumns = (chunk: Chunk, i: number, at: number): Refused | undefined => {
    trace = memories?.ahead.readColumns(chunk, i, x, at * width)
    return trace?.refused
  }

  /** A class by the column it has, or will have once this window is committed. */
  const classOf = (column: number, before: number): number => {
    if (!vocabulary || column !== -1) return column
    const { unseen } = window
    if (!unseen.slice(before).some(({ field }) => field === features)) return column
    return vocabulary.columnAfter(unseen.flatMap(({ field, value }) => (field === features ? [value] : [])))
  }

  const window: OpenWindow<R> = {
    ...{ first, x, y, weights, losses },
    ...{ size: 0, unseen: [], lossSum: 0, squares: 0, rejected: 0, unlabelled: 0, traces: [], cursor: undefined },
    admit(row, at) {
      const { unseen } = window
      const before = unseen.length
      let weight: number | undefined
      try {
        const cursor = encoder.cursorOf(row)
        if (cursor !== undefined) window.cursor = cursor
        const refused = encoder.encode(row, x, at * width, y, at * targets, unseen) ?? recallRow(row, at)
        if (refused) reject(row, refused, cursor)
        else {
          weight = encoder.weightOf(row)
          remember()
        }
      } finally {
        // names of a row that was not let in, or whose getter threw, are not names of this window
        if (weight === undefined) unseen.length = before
      }
      return weight
    },
    admitColumns(chunk, i, at) {
      // a chunk's cursor is the place after its last row, whether that is learned or rejected
      if (chunk.cursor !== undefined && i === chunk.size - 1) window.cursor = chunk.cursor
      const slot = first + at
      const weightRefused = chunkReader.weight(chunk, i)
      const placed = direct && !weightRefused && pass.place(slot, chunk.x, i * width)
      const refused =
        weightRefused ??
        (placed ? undefined : chunkReader.features(chunk, i, x, at * width)) ??
        chunkReader.labels(chunk, i, y, at * targets) ??
        recallColumns(chunk, i, at)
      if (refused) {
        reject(chunk.x.slice(i * chunkReader.width, (i + 1) * chunkReader.width), refused, chunk.cursor)
        return undefined
      }
      remember()
      if (direct && !placed) {
        pass.load(slot, x, at * width, y, at * targets, 1)
        pass.encode(slot, 1)
      }
      return chunk.weights?.[i] ?? 1
    },
    truth(at, before, actual, i) {
      for (let j = 0; j < targets; j++) actual[i * targets + j] = classOf(y[at * targets + j]!, before)
    },
    passUnlabelled(before) {
      window.unseen.length = before
      window.unlabelled++
    },
    account(count) {
      let { size, lossSum, squares } = window
      for (const end = size + count; size < end; size++) {
        const loss = pass.lossOf(first + size)
        losses[size] = loss
        lossSum += weights[size]! * loss
        squares += weights[size]! * pass.squaredDelta(first + size)
      }
      window.size = size
      window.lossSum = lossSum
      window.squares = squares
    },
    clear() {
      window.size = 0
      if (window.unseen.length > 0) window.unseen = []
      window.lossSum = 0
      window.squares = 0
      window.rejected = 0
      window.unlabelled = 0
      window.cursor = undefined
      if (window.traces.length > 0) window.traces = []
    },
  }
  return window
}
