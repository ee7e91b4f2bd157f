import { DRIFTED, NOT_PLAIN, REFUSED } from '../program/kernel.js'
import type { Floats, Predictions } from '../types.js'
import type { Commit } from './commit.js'
import type { Core } from './core.js'

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
  /** Goes on with the same rows from row `from`, one further or more than where it stopped. */
  resume(from: number): number
  /** Whether it stopped before a row that asks for more than arithmetic: a name, a refusal, no label. */
  readonly stopped: boolean
  /** Of the last row: whether its step was refused; its loss, weighted and as it is. */
  readonly refused: boolean
  readonly loss: number
  readonly rowLoss: number
  /** What the last call's rows gave, in memory of its own. */
  columns(): Columns
  /** The same written from row `at` on. */
  copy(into: Columns, at: number): void
}

/** So much of rows' numbers is handed over at once. */
const MOST_BYTES = 4194304

// a call's words: the twin of src/kernels/assembly/learn/words.ts
const HEADER = 80
const STATUS = 13
const STEP_NUMBER = 7
const PROBE = 16

export const createRowBlock = (core: Core, commit: Commit): RowBlock | undefined => {
  const { rows: runner, plan, program, features, targets } = core
  const { width: numbers } = core
  if (!runner) return undefined
  const { places, precision } = program
  const { staging } = runner
  const vocabulary = core.vocabularies[features]
  const width = plan.outputs === 1 ? 2 : plan.outputs
  // steps, losses, truth, values, probabilities
  const counts = [1, 1, targets, targets, vocabulary ? width : 0] as const
  const outBytes = 8 * counts.reduce((sum, n) => sum + n, 0)
  const mostRows = Math.max(1, Math.floor(MOST_BYTES / (8 * (numbers + targets + 1) + outBytes)))
  // only a chain of layers reads rows where they stand, and only numbers of its own type
  const ready = program.code[program.rows as number]! > 0 && Object.values(plan.features).every(isPlain)

  let stopped = false
  let refused = false
  // the rows handed over, from `first` up to `staged` of `last`; those of the last call, from `start` up to `done`
  let given: Numbers | undefined
  let first = 0
  let staged = 0
  let last = 0
  let start = 0
  let done = 0
  let out = 0
  let capacity = 0

  /** Copies rows behind what is there, as f32 or f64; gives their address. */
  const put = (numbers: Floats, from: number, to: number, at: number): number => {
    const single = numbers instanceof Float32Array
    const view = single ? staging.f32 : staging.f64
    const place = at >> (single ? 2 : 3)
    // copying a few numbers one by one is quicker than making a view of them
    if (to - from < 24) for (let i = from; i < to; i++) view[place + i - from] = numbers[i]!
    else view.set(from === 0 && to === numbers.length ? numbers : numbers.subarray(from, to), place)
    return (at + (to - from) * (single ? 4 : 8) + 15) & ~15
  }

  const stage = ({ x, y, weights }: Numbers, from: number, to: number): void => {
    const n = to - from
    staging.grow(HEADER + n * (8 * (numbers + targets + 1) + outBytes) + 128)
    const xAt = HEADER
    const yAt = put(x, from * numbers, to * numbers, xAt)
    const weightsAt = y ? put(y, from * targets, to * targets, yAt) : yAt
    if (weights) {
      const place = weightsAt >> 3
      for (let i = 0; i < n; i++) staging.f64[place + i] = weights[from + i]!
    }
    out = weightsAt + (weights ? 8 * n : 0)
    capacity = n
    const words = staging.i32
    const { base } = staging
    words[2] = ready && (x instanceof Float32Array ? 'f32' : 'f64') === precision ? 1 : 0
    words[3] = x instanceof Float32Array ? 1 : 0
    words[4] = base + xAt
    words[5] = y instanceof Float32Array ? 1 : 0
    words[6] = y ? base + yAt : 0
    words[PROBE] = 0
    words[7] = weights ? base + weightsAt : 0
    let at = base + out
    for (let i = 0; i < counts.length; i++) {
      words[8 + i] = counts[i] === 0 ? 0 : at
      at += 8 * n * counts[i]!
    }
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

  const block: RowBlock = {
    learn(rows, from, to) {
      given = rows
      first = from
      last = to
      staged = Math.min(to, from + mostRows)
      if (tellable()) stage(rows, from, staged)
      return block.resume(from)
    },
    resume(from) {
      if (from >= staged && staged < last) return block.learn(given as Numbers, from, last)
      start = from
      done = from
      stopped = true
      if (!tellable()) return from
      const words = staging.i32
      for (;;) {
        words[1] = done - first
        if (commit.healthyIsDue() && !plain(words)) break
        const until = commit.keepHealthy()
        words[0] = Math.min(staged, done + until) - first
        staging.f64[STEP_NUMBER] = core.step
        const next = first + runner.run()
        const status = words[STATUS]!
        const taken = next - done - (status === REFUSED ? 1 : 0)
        done = next
        refused = status === REFUSED
        commit.taken(taken, taken, status, status === DRIFTED)
        if (refused) commit.refused()
        stopped = status === NOT_PLAIN
        if (stopped || done === staged) break
      }
      return done
    },
    get stopped() {
      return stopped
    },
    get refused() {
      return refused
    },
    get loss() {
      return core.f64[places.meanLoss >> 3]!
    },
    get rowLoss() {
      return core.f64[places.losses >> 3]!
    },
    columns() {
      const n = done - first
      const { base } = staging
      const all = staging.f32.buffer.slice(base + out, base + out + n * outBytes) as ArrayBuffer
      let at = 0
      const column = (count: number): Float64Array => {
        const array = new Float64Array(all, at, n * count)
        at += 8 * n * count
        return array
      }
      const [steps, losses, actual, values] = [column(1), column(1), column(targets), column(targets)]
      const named = vocabulary && { probabilities: column(width), labels: vocabulary.values }
      return { actual, losses, predictions: { kind: 'predictions', size: n, steps, values, ...named } }
    },
    copy({ actual, losses, predictions }, at) {
      let place = out >> 3
      const next = (into: Float64Array | undefined, count: number): void => {
        into?.set(staging.f64.subarray(place + (start - first) * count, place + (done - first) * count), at * count)
        place += capacity * count
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

const isPlain = (field: Core['fields'][number]): boolean => field.kind === 'numeric' && field.scale === 'none'
