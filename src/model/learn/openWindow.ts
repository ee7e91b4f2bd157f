import type { FieldEncoder } from '../../features/encoder.js'
import { addTrace, MOST_TRACES } from '../../features/memory.js'
import type { Refused } from '../../features/refusal.js'
import type { Chunk, Trace, Unlearned, Unseen } from '../../records.js'
import type { Cursor, Row } from '../../values.js'
import type { Core } from '../state/core.js'
import type { Events } from '../state/events.js'
import { encoderOf } from '../step/encoderOf.js'
import type { Pass } from '../step/pass.js'
import { createChunkReader } from './chunkReader.js'

/** Tells whether row i has all its targets and is therefore learned; NaN marks a missing target. */
export const isLabelled = (y: Float64Array, i: number, targets: number): boolean => {
  for (let j = i * targets; j < (i + 1) * targets; j++) if (Number.isNaN(y[j])) return false
  return true
}

/** The rows since the last step: their numbers, and what is counted about them until the window closes. */
export interface OpenWindow<R> {
  /** The slot of the window's first row; the other rows follow it. */
  readonly first: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly weights: Float64Array
  readonly losses: Float64Array
  /** The number of rows whose losses have been computed. */
  size: number
  /** The names that become known with this window's step. */
  unseen: Unseen[]
  lossSum: number
  squares: number
  rejected: number
  unlabelled: number
  /** The rows of the present element that are not learned, and the index of the row that is being read. */
  unlearned: Unlearned[]
  index: number
  /** What the admitted rows leave in the memory of fields. */
  traces: Trace[]
  /** The position in the source after the last row that was admitted or rejected. */
  cursor: Cursor | undefined
  /** Writes a row's numbers to place `at`; it returns the row's weight, or undefined if the row was rejected. */
  admit(row: R, at: number): number | undefined
  /** Does the same for row i of a chunk; if rows are copied unencoded, the row's columns then stand in the arena. */
  admitColumns(chunk: Chunk, i: number, at: number): number | undefined
  /**
   * Writes the label at place `at` to row i of `actual`. A class is written as the column it has or is about to get.
   */
  truth(at: number, before: number, actual: Float64Array, i: number): void
  /** Counts the row at place `at`, which has no label; its names, which start at `before`, do not become known. */
  passUnlabelled(before: number, at: number): void
  /** Adds the next `count` rows, whose losses stand in the arena, to the window. */
  account(count: number): void
  /** Discards the window's content. */
  clear(): void
}

/**
 * @param batch the number of labelled rows per step
 * @param first the slot of the window's first row; the other rows follow it
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

  const leave = (kind: 'rejected' | 'unlabelled', field: string, reason: string): void => {
    core.open = window
    window[kind]++
    window.unlearned.push({ kind, index: window.index, field, reason })
  }
  const reject = (row: unknown, { field, reason }: Refused, cursor: Cursor | undefined): void => {
    leave('rejected', field, reason)
    raise({ kind: 'rejection', reason, field, row, ...(cursor !== undefined && { cursor }) })
  }
  let trace: Trace | undefined
  /** Adds what this row leaves to the memory by which the next row is read. */
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

  /** Returns a class as the column it has, or will have once this window is committed. */
  const classOf = (column: number, before: number): number => {
    if (!vocabulary || column !== -1) return column
    const { unseen } = window
    if (!unseen.slice(before).some(({ field }) => field === features)) return column
    return vocabulary.columnAfter(unseen.flatMap(({ field, value }) => (field === features ? [value] : [])))
  }

  const window: OpenWindow<R> = {
    ...{ first, x, y, weights, losses },
    ...{ size: 0, unseen: [], lossSum: 0, squares: 0, rejected: 0, unlabelled: 0, traces: [], cursor: undefined },
    ...{ unlearned: [], index: 0 },
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
          if (encoder.shared.length > 0 && isLabelled(y, at, targets)) encoder.meetShared()
          remember()
        }
      } finally {
        // If the row was not admitted, or one of its getters threw, its names do not belong to this window.
        if (weight === undefined) unseen.length = before
      }
      return weight
    },
    admitColumns(chunk, i, at) {
      // A chunk's cursor is the position after its last row, whether that row is learned or rejected.
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
      for (let j = 0; j < targets; j++) actual[i * targets + j] = classOf(y[at * targets + j], before)
    },
    passUnlabelled(before, at) {
      window.unseen.length = before
      const { name } = encoder.outputs.find((_, j) => Number.isNaN(y[at * targets + j])) as FieldEncoder
      leave('unlabelled', name, `${name} is missing`)
      // One trace takes the place of many, because a row with a label may be long in coming.
      if (trace && memories && window.traces.length >= MOST_TRACES)
        addTrace(window.traces, { ...trace, after: memories.ahead.save() })
    },
    account(count) {
      let { size, lossSum, squares } = window
      for (const end = size + count; size < end; size++) {
        const loss = pass.lossOf(first + size)
        losses[size] = loss
        lossSum += weights[size] * loss
        squares += weights[size] * pass.squaredDelta(first + size)
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
