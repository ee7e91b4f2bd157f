import { DRIFTED, NOT_PLAIN, REFUSED } from '../program/kernel.js'
import type { Floats, Predictions } from '../types.js'
import type { Commit } from './commit.js'
import type { Core } from './core.js'
import { isPlain } from './emitStatistics.js'

/** Rows of numbers, row-major: features, labels, weights. */
export interface Numbers {
  readonly x: Floats
  readonly y: Floats | undefined
  readonly weights: Floats | undefined
}
/** What rows give back, as columns. */
export interface Columns {
  readonly actual: Float64Array
  readonly losses: Float64Array
  readonly predictions: Predictions
}

/** Many rows in one call: each predicted as it arrives, then learned, with the bits of the stages one by one. */
export interface RowBlock {
  /** Learns rows `from` up to `to`, or fewer: gives the row it stopped before. */
  learn(rows: Numbers, from: number, to: number): number
  /** Learns the first row alone, its labels in f64; false where it stopped before it. */
  one(rows: Numbers): boolean
  /** Goes on with the same rows from row `from`, one further or more than where it stopped. */
  resume(from: number): number
  /** Whether it stopped before a row that asks for more than arithmetic: a name, a refusal, no label. */
  readonly stopped: boolean
  /** Of the last row: whether its step was refused. */
  readonly refused: boolean
  /** Its loss, weighted and as it is. */
  loss(): number
  rowLoss(): number
  /** Where rows are gathered for it, as it reads them best. */
  room(rows: number): Floats
  /** What the last call's rows gave, in memory of its own. */
  columns(): Columns
  /** The same written from row `at` on. */
  copy(into: Columns, at: number): void
}

/** Where a call's numbers stand, from the start of the staging area. */
interface Layout {
  readonly rows: number
  /** Which numbers are f32, and which there are. */
  readonly kind: number
  readonly base: number
  /** The call's words, as far as they depend on this alone. */
  readonly words: Int32Array
  readonly single: boolean
  readonly ySingle: boolean
  readonly yAt: number
  readonly weightsAt: number
  readonly out: number
}

const NOWHERE = { single: false, ySingle: false, yAt: 0, weightsAt: 0, out: 0 }

/** So much of rows' numbers is handed over at once. */
const MOST_BYTES = 4194304

// a call's words: the twin of src/kernels/assembly/learn/words.ts
const HEADER = 80
const STATUS = 13
const STEP_NUMBER = 7
const PROBE = 16

export const createRowBlock = (core: Core, commit: Commit): RowBlock | undefined => {
  const { rows: runner, plan, program, features, width: inputs, targets } = core
  if (!runner) return undefined
  const { places, precision } = program
  const { staging } = runner
  const vocabulary = core.vocabularies[features]
  const width = plan.outputs === 1 ? 2 : plan.outputs
  // steps, losses, truth, values, probabilities
  const counts = [1, 1, targets, targets, vocabulary ? width : 0] as const
  const outBytes = 8 * counts.reduce((sum, n) => sum + n, 0)
  const mostRows = Math.max(1, Math.floor(MOST_BYTES / (8 * (inputs + targets + 1) + outBytes)))
  // only a chain of layers reads rows where they stand, and only numbers of its own type
  const ready = program.code[program.rows as number]! > 0 && Object.values(plan.features).every(isPlain)

  // the rows handed over, from `first` up to `staged` of `last`; those of the last call, from `start` up to `done`
  let given: Numbers | undefined
  let first = 0
  let staged = 0
  let last = 0
  let start = 0
  let done = 0
  let layout: Layout = { rows: 0, kind: 0, base: 0, words: new Int32Array(13), ...NOWHERE }

  // those of a row that comes alone
  let lone = layout
  let loneRows: Numbers | undefined

  /** Where the numbers of so many rows stand, and the words that say so: the same for most calls. */
  const layoutOf = (n: number, { x, y, weights }: Numbers): Layout => {
    const single = isSingle(x)
    const ySingle = y !== undefined && isSingle(y)
    const kind = (single ? 1 : 0) + (ySingle ? 2 : 0) + (y ? 4 : 0) + (weights ? 8 : 0)
    if (layout.rows === n && layout.kind === kind && layout.base === staging.base) return layout
    staging.grow(HEADER + n * (8 * (inputs + targets + 1) + outBytes) + 128)
    const { base } = staging
    const yAt = after(HEADER, n * inputs, single)
    const weightsAt = y ? after(yAt, n * targets, ySingle) : yAt
    const out = weightsAt + (weights ? 8 * n : 0)
    const words = new Int32Array(13)
    words[2] = ready && (single ? 'f32' : 'f64') === precision ? 1 : 0
    words[3] = single ? 1 : 0
    words[4] = base + HEADER
    words[5] = ySingle ? 1 : 0
    words[6] = y ? base + yAt : 0
    words[7] = weights ? base + weightsAt : 0
    let at = base + out
    for (let i = 0; i < counts.length; i++) {
      words[8 + i] = counts[i] === 0 ? 0 : at
      at += 8 * n * counts[i]!
    }
    return { rows: n, kind, base, words, single, ySingle, yAt, weightsAt, out }
  }

  /** Copies numbers to a place in the staging area: a loop for f32 and one for f64, so that engines know their types. */
  const put = (numbers: Floats, single: boolean, from: number, to: number, at: number): void => {
    if (to - from >= 24) {
      const some = from === 0 && to === numbers.length ? numbers : numbers.subarray(from, to)
      if (single) staging.f32.set(some, at >> 2)
      else staging.f64.set(some, at >> 3)
    } else if (single) {
      const view = staging.f32
      for (let i = from, place = at >> 2; i < to; i++) view[place++] = numbers[i]!
    } else {
      const view = staging.f64
      for (let i = from, place = at >> 3; i < to; i++) view[place++] = numbers[i]!
    }
  }

  const stage = (rows: Numbers, from: number, to: number): void => {
    layout = layoutOf(to - from, rows)
    const { words, single, ySingle, yAt, weightsAt } = layout
    const { x, y, weights } = rows
    put(x, single, from * inputs, to * inputs, HEADER)
    if (y) put(y, ySingle, from * targets, to * targets, yAt)
    if (weights) put(weights, false, from, to, weightsAt)
    const call = staging.i32
    for (let i = 2; i < words.length; i++) call[i] = words[i]!
    call[PROBE] = 0
  }

  /** A class has two columns or more before one output can tell them apart. */
  const tellable = (): boolean => !vocabulary || plan.outputs > 1 || vocabulary.values.length === 2

  /** Whether the next row is one to be learned here: nothing may be kept for a step that is not taken. */
  const plain = (words: Int32Array): boolean => {
    words[0] = words[1]! + 1
    words[PROBE] = 1
    runner.run()
    words[PROBE] = 0
    return words[STATUS] !== NOT_PLAIN
  }

  // no getters: engines read an object with such slowly
  const block: { -readonly [K in keyof RowBlock]: RowBlock[K] } = {
    stopped: false,
    refused: false,
    learn(rows, from, to) {
      given = rows
      first = from
      last = to
      staged = Math.min(to, from + mostRows)
      if (tellable()) stage(rows, from, staged)
      return block.resume(from)
    },
    // all in one piece, since it is called for every row: it costs a third of a call with many rows to it
    one(rows) {
      if (!tellable()) return false
      if (loneRows !== rows || lone.base !== staging.base) {
        lone = layoutOf(1, rows)
        loneRows = rows
      }
      const { f32, f64, i32: call } = staging
      const { x, y, weights } = rows
      const { words } = lone
      if (lone.single) for (let i = 0; i < inputs; i++) f32[(HEADER >> 2) + i] = x[i]!
      else for (let i = 0; i < inputs; i++) f64[(HEADER >> 3) + i] = x[i]!
      for (let i = 0; i < targets; i++) f64[(lone.yAt >> 3) + i] = (y as Floats)[i]!
      if (weights) f64[lone.weightsAt >> 3] = weights[0]!
      for (let i = 1; i < words.length; i++) call[i] = words[i]!
      call[PROBE] = 0
      if (commit.stepsUntilHealthy() === 0) {
        if (!plain(call)) return false
        commit.keepHealthy()
      }
      call[0] = 1
      f64[STEP_NUMBER] = core.step
      if (runner.run() === 0) return false
      const status = call[STATUS]!
      block.refused = status === REFUSED
      const taken = block.refused ? 0 : 1
      commit.taken(taken, taken, status, status === DRIFTED)
      if (block.refused) commit.refused()
      return true
    },
    resume(from) {
      if (from >= staged && staged < last) return block.learn(given as Numbers, from, last)
      start = from
      done = from
      block.stopped = true
      if (!tellable()) return from
      const words = staging.i32
      for (;;) {
        words[1] = done - first
        let until = commit.stepsUntilHealthy()
        if (until === 0) {
          if (!plain(words)) break
          until = commit.keepHealthy()
        }
        words[0] = Math.min(staged, done + until) - first
        staging.f64[STEP_NUMBER] = core.step
        const next = first + runner.run()
        const status = words[STATUS]!
        const taken = next - done - (status === REFUSED ? 1 : 0)
        if (next > done) block.refused = status === REFUSED
        done = next
        commit.taken(taken, taken, status, status === DRIFTED)
        if (status === REFUSED) commit.refused()
        block.stopped = status === NOT_PLAIN
        if (block.stopped || done === staged) break
      }
      return done
    },
    loss: () => core.f64[places.meanLoss >> 3]!,
    rowLoss: () => core.f64[places.losses >> 3]!,
    // numbers beyond an f32's are infinite there, and such a row is left to who reads its f64
    room: (n) => (ready && precision === 'f32' ? new Float32Array(n * inputs) : new Float64Array(n * inputs)),
    columns() {
      const n = done - first
      // half of what a slice of the buffer costs
      const all = new Float64Array((n * outBytes) >> 3)
      all.set(staging.f64.subarray(layout.out >> 3, (layout.out >> 3) + all.length))
      let at = 0
      const column = (count: number): Float64Array => all.subarray(at, (at += n * count))
      const [steps, losses, actual, values] = [column(1), column(1), column(targets), column(targets)]
      const named = vocabulary && { probabilities: column(width), labels: vocabulary.values }
      return { actual, losses, predictions: { kind: 'predictions', size: n, steps, values, ...named } }
    },
    copy({ actual, losses, predictions }, at) {
      let place = layout.out >> 3
      const next = (into: Float64Array | undefined, count: number): void => {
        into?.set(staging.f64.subarray(place + (start - first) * count, place + (done - first) * count), at * count)
        place += layout.rows * count
      }
      next(predictions.steps, 1)
      next(losses, 1)
      next(actual, targets)
      next(predictions.values, targets)
      next(predictions.probabilities, width)
    },
  }
  return block
}

// cheaper to ask than what made it
const isSingle = (numbers: Floats): boolean => numbers.BYTES_PER_ELEMENT === 4

/** The place after so many numbers, on 16 bytes. */
const after = (at: number, count: number, single: boolean): number => (at + count * (single ? 4 : 8) + 15) & ~15
