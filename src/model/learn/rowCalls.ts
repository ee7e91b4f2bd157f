import { isUnscaled } from '../../features/scaledNumber.js'
import { middlesOf } from '../../losses/middleOf.js'
import { CALL, CALL_WORDS, PLAN, type ROW_CALL } from '../../program/abi.js'
import type { Call, RowRun } from '../../program/executor.js'
import { wordsOf } from '../../program/struct.js'
import type { Floats } from '../../values.js'
import type { Core } from '../state/core.js'
import type { Columns, Gathered, Numbers } from './rowNumbers.js'

/** The memory of calls: the numbers of rows that are handed over, and the results that come back. */
export interface RowCalls {
  /** The largest number of rows that can be handed over at once. */
  readonly most: number
  /** Returns room for `rows` rows, laid out in the form that is fastest to hand over. */
  room(rows: number): Gathered
  /** Hands over the rows from `from` up to `to`. */
  stage(rows: Numbers, from: number, to: number): void
  /** Returns the place into which a single row is read: that of its call, `own`; it is valid until memory moves. */
  lone(): Gathered
  readonly own: Call
  /** Returns the columns of all rows that were handed over, as a copy. */
  columns(): Columns
  /** Writes the columns of the handed-over rows from `from` up to `to` into `into`, starting at row `at`. */
  copy(from: number, to: number, into: Columns, at: number): void
}

/** The offsets of a call's numbers, counted from the start of the staging area. */
interface Layout {
  readonly rows: number
  /** A code that tells which of the numbers are f32 and which are present. */
  readonly kind: number
  readonly base: number
  /** The words of the call that depend on this layout alone. */
  readonly words: readonly number[]
  readonly yAt: number
  readonly weightsAt: number
  readonly out: number
}

/** The most bytes of rows' numbers that are handed over at once. */
const MOST_BYTES = 4194304

/** The bytes that precede the numbers. */
const HEADER = 4 * CALL_WORDS

/**
 * Up to this size in bytes, a call's columns share one block, because allocating an array costs more than filling it
 * with a few numbers. Above it, each column has its own block: malloc returns larger blocks to the system when they are
 * freed, and then every page of the next block causes a page fault.
 */
const ONE_BLOCK = 32768

export const createRowCalls = (core: Core, runner: RowRun): RowCalls => {
  const { plan, program, features, width: inputs, targets } = core
  const { precision } = program
  const { staging } = runner
  const vocabulary = core.vocabularies[features]
  const width = plan.outputs === 1 ? 2 : plan.outputs
  const { levels } = plan.loss
  /** How many numbers the kernels tell of a row: those of the targets, or their quantiles. */
  const told = levels ? plan.outputs : targets
  // These are the counts of steps, losses, truth, values and probabilities.
  const counts = [1, 1, targets, told, vocabulary ? width : 0] as const
  const outBytes = 8 * counts.reduce((sum, n) => sum + n, 0)
  // Only a chain of layers reads rows in place, and only numbers of its own type.
  const ready =
    program.code[(program.rows as number) + PLAN.layers] > 0 && Object.values(plan.features).every(isUnscaled)
  let layout: Layout | undefined

  // A number beyond the range of f32 becomes infinite there; such a row is left to the learner that reads f64.
  const room: RowCalls['room'] = (n) => ({
    x: ready && precision === 'f32' ? new Float32Array(n * inputs) : new Float64Array(n * inputs),
    y: new Float64Array(n * targets),
    weights: plan.weight === undefined ? undefined : new Float64Array(n),
  })

  /** Returns the layout for `n` rows, and the words that describe it; most calls share the same one. */
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

  /** Copies numbers to an offset in the staging area. */
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

  // For a row that arrives alone, the whole call except its numbers is prepared in advance.
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
      // A copy made by this constructor is not filled with zeros first.
      const block = bytes > ONE_BLOCK ? undefined : new Float64Array(staging.f64.subarray(out >> 3, (out + bytes) >> 3))
      let at = block ? 0 : out >> 3
      const column = (count: number): Float64Array => {
        const view = (block ?? staging.f64).subarray(at, at + size * count)
        at += view.length
        return block ? view : new Float64Array(view)
      }
      const [steps, losses, actual, numbers] = [column(1), column(1), column(targets), column(told)]
      const values = levels ? middlesOf(numbers, levels) : numbers
      const named = levels
        ? { quantiles: numbers, levels }
        : vocabulary && { probabilities: column(width), labels: vocabulary.values }
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
      next(predictions.quantiles ?? predictions.values, told)
      if (predictions.quantiles && levels) {
        const learned = predictions.quantiles.subarray(at * told, (at + to - from) * told)
        predictions.values.set(middlesOf(learned, levels), at)
      }
      next(predictions.probabilities, width)
    },
  }
}

// The element size is cheaper to read than the constructor.
const isSingle = (numbers: Floats): boolean => numbers.BYTES_PER_ELEMENT === 4

/** Returns the offset after `count` numbers, rounded up to a multiple of 16 bytes. */
const after = (at: number, count: number, single: boolean): number => (at + count * (single ? 4 : 8) + 15) & ~15
