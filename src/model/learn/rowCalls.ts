import { isUnscaled } from '../../features/scaledNumber.js'
import { CALL, CALL_WORDS, PLAN, type ROW_CALL } from '../../program/abi.js'
import type { Call, RowRun } from '../../program/executor.js'
import { wordsOf } from '../../program/struct.js'
import type { Predictions } from '../../records.js'
import type { Floats } from '../../values.js'
import type { Core } from '../state/core.js'

/** Rows of numbers, row-major: features, labels, weights. */
export interface Numbers {
  readonly x: Floats
  readonly y: Floats | undefined
  readonly weights: Floats | undefined
}
/** Rows' numbers as they are gathered one by one. */
export interface Gathered extends Numbers {
  readonly y: Float64Array
  readonly weights: Float64Array | undefined
}
/** What rows give back, as columns. */
export interface Columns {
  readonly actual: Float64Array
  readonly losses: Float64Array
  readonly predictions: Predictions
}

/** The memory of calls: rows' numbers as they are handed over, and what comes back. */
export interface RowCalls {
  /** So many rows may be handed over at once. */
  readonly most: number
  /** Where so many rows are gathered for a call, as it reads them best. */
  room(rows: number): Gathered
  /** Hands over rows `from` up to `to`. */
  stage(rows: Numbers, from: number, to: number): void
  /** Where a row that comes alone is read to: as its call, `own`, has it, until memory moves. */
  lone(): Gathered
  readonly own: Call
  /** The columns of all rows that were handed over, in memory of their own. */
  columns(): Columns
  /** The columns of the handed-over rows `from` up to `to`, written from row `at` on. */
  copy(from: number, to: number, into: Columns, at: number): void
}

/** Where a call's numbers stand, from the start of the staging area. */
interface Layout {
  readonly rows: number
  /** Which numbers are f32, and which there are. */
  readonly kind: number
  readonly base: number
  /** The call's words, as far as they depend on this alone. */
  readonly words: readonly number[]
  readonly yAt: number
  readonly weightsAt: number
  readonly out: number
}

/** So much of rows' numbers is handed over at once. */
const MOST_BYTES = 4194304

/** The bytes before the numbers. */
const HEADER = 4 * CALL_WORDS

/**
 * Up to so many bytes a call's columns are one block, as arrays cost more than the few numbers in them. From there on each
 * is its own: larger blocks malloc gives back to the system when they are freed, and every page of the next is a fault.
 */
const ONE_BLOCK = 32768

export const createRowCalls = (core: Core, runner: RowRun): RowCalls => {
  const { plan, program, features, width: inputs, targets } = core
  const { precision } = program
  const { staging } = runner
  const vocabulary = core.vocabularies[features]
  const width = plan.outputs === 1 ? 2 : plan.outputs
  // steps, losses, truth, values, probabilities
  const counts = [1, 1, targets, targets, vocabulary ? width : 0] as const
  const outBytes = 8 * counts.reduce((sum, n) => sum + n, 0)
  // only a chain of layers reads rows where they stand, and only numbers of its own type
  const ready =
    program.code[(program.rows as number) + PLAN.layers]! > 0 && Object.values(plan.features).every(isUnscaled)
  let layout: Layout | undefined

  // numbers beyond an f32's are infinite there, and such a row is left to who reads its f64
  const room: RowCalls['room'] = (n) => ({
    x: ready && precision === 'f32' ? new Float32Array(n * inputs) : new Float64Array(n * inputs),
    y: new Float64Array(n * targets),
    weights: plan.weight === undefined ? undefined : new Float64Array(n),
  })

  /** Where the numbers of so many rows stand, and the words that say so: the same for most calls. */
  const layoutOf = (n: number, { x, y, weights }: Numbers, call: Call): Layout => {
    const single = isSingle(x)
    const ySingle = y !== undefined && isSingle(y)
    const kind = (single ? 1 : 0) + (ySingle ? 2 : 0) + (y ? 4 : 0) + (weights ? 8 : 0)
    if (layout?.rows === n && layout.kind === kind && layout.base === call.base) return layout
    call.grow(HEADER + n * (8 * (inputs + targets + 1) + outBytes) + 128)
    const { base } = call
    const yAt = after(HEADER, n * inputs, single)
    const weightsAt = y ? after(yAt, n * targets, ySingle) : yAt
    const out = weightsAt + (weights ? 8 * n : 0)
    let at = base + out
    const [steps, losses, actual, values, probabilities] = counts.map((count) => {
      const column = at
      at += 8 * n * count
      return count === 0 ? 0 : column
    }) as [number, number, number, number, number]
    const words = wordsOf<typeof ROW_CALL>({
      ...{ count: 0, first: 0, status: 0, probe: 0, stepNumber: [0, 0] },
      ready: ready && (single ? 'f32' : 'f64') === precision ? 1 : 0,
      xSingle: single ? 1 : 0,
      x: base + HEADER,
      ySingle: ySingle ? 1 : 0,
      y: y ? base + yAt : 0,
      weights: weights ? base + weightsAt : 0,
      ...{ steps, losses, actual, values, probabilities },
    })
    return { rows: n, kind, base, words, yAt, weightsAt, out }
  }

  /** Copies numbers to a place in the staging area. */
  const put = (numbers: Floats, single: boolean, from: number, to: number, at: number): void => {
    const some = from === 0 && to === numbers.length ? numbers : numbers.subarray(from, to)
    if (single) staging.f32.set(some, at >> 2)
    else staging.f64.set(some, at >> 3)
  }

  const stage: RowCalls['stage'] = (rows, from, to) => {
    layout = layoutOf(to - from, rows, staging)
    const { words, yAt, weightsAt } = layout
    const { x, y, weights } = rows
    put(x, isSingle(x), from * inputs, to * inputs, HEADER)
    if (y) put(y, isSingle(y), from * targets, to * targets, yAt)
    if (weights) put(weights, false, from, to, weightsAt)
    write(words, staging.i32)
  }
  const write = (words: readonly number[], call: Int32Array): void => {
    for (let i = CALL.ready; i < words.length; i++) call[i] = words[i]!
    call[CALL.probe] = 0
  }

  // a row that comes alone: all of its call but its numbers stands ready
  const own = runner.createCall(0)
  let row = room(1)
  const alone = layoutOf(1, row, own)
  let memory: Float64Array | undefined

  return {
    most: Math.max(1, Math.floor(MOST_BYTES / (8 * (inputs + targets + 1) + outBytes))),
    ...{ room, stage, own },
    lone() {
      const { f64 } = own
      if (memory === f64) return row
      memory = f64
      const view = (at: number, count: number): Float64Array => f64.subarray(at >> 3, (at >> 3) + count)
      row = {
        x: isSingle(row.x) ? own.f32.subarray(HEADER >> 2, (HEADER >> 2) + inputs) : view(HEADER, inputs),
        y: view(alone.yAt, targets),
        weights: row.weights && view(alone.weightsAt, 1),
      }
      write(alone.words, own.i32)
      own.i32[CALL.count] = 1
      return row
    },
    columns() {
      const { rows: size, out } = layout as Layout
      const bytes = size * outBytes
      // a copy made this way is not filled with zeros first
      const block = bytes > ONE_BLOCK ? undefined : new Float64Array(staging.f64.subarray(out >> 3, (out + bytes) >> 3))
      let at = block ? 0 : out >> 3
      const column = (count: number): Float64Array => {
        const view = (block ?? staging.f64).subarray(at, at + size * count)
        at += view.length
        return block ? view : new Float64Array(view)
      }
      const [steps, losses, actual, values] = [column(1), column(1), column(targets), column(targets)]
      const named = vocabulary && { probabilities: column(width), labels: vocabulary.values }
      return { actual, losses, predictions: { kind: 'predictions', size, steps, values, ...named } }
    },
    copy(from, to, { actual, losses, predictions }, at) {
      const { rows, out } = layout as Layout
      let place = out >> 3
      const next = (into: Float64Array | undefined, count: number): void => {
        into?.set(staging.f64.subarray(place + from * count, place + to * count), at * count)
        place += rows * count
      }
      next(predictions.steps, 1)
      next(losses, 1)
      next(actual, targets)
      next(predictions.values, targets)
      next(predictions.probabilities, width)
    },
  }
}

// cheaper to ask than what made it
const isSingle = (numbers: Floats): boolean => numbers.BYTES_PER_ELEMENT === 4

/** The place after so many numbers, on 16 bytes. */
const after = (at: number, count: number, single: boolean): number => (at + count * (single ? 4 : 8) + 15) & ~15
