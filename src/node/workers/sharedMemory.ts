import type { RowNumbers, RowResults, Task } from '../../engine.js'
import type { Floats, Precision } from '../../values.js'

/** How much of everything there is. */
export interface Sizes {
  readonly precision: Precision
  readonly parameters: number
  readonly statistics: number
  readonly features: number
  readonly targets: number
  readonly outputs: number
  /** The most rows of a window. */
  readonly rows: number
  readonly shards: number
}

/** What a thread is started with. */
export interface Work {
  readonly task: Task
  readonly sizes: Sizes
  readonly buffer: SharedArrayBuffer
}

/** The words by which threads speak to one another. */
export const VERSION = 0
/** Shards of the window in the high half, how many of them nobody has claimed yet in the low half. */
export const CLAIM = 1
/** Changes when there are shards to claim. */
export const SIGNAL = 2
/** How many shards threads have finished, for good or ill. */
export const FINISHED = 3
/** Rows of the window. */
export const SIZE = 4
/** How many threads are up. */
export const READY = 5
/** Whether the rows of the window are columns. */
export const PLACED = 6
/** How many pieces of θ stand there: threads take one over while the next one is being written. */
export const WRITTEN = 7
const WORDS = 16

/** What became of a shard. */
export const DONE = 1
export const FAILED = 2
/** The claim's halves hold no more. */
export const MOST_SHARDS = 32767

/** One window and what comes of it, seen by all threads. */
export interface SharedMemory extends RowResults {
  readonly x: Float64Array
  /** The same bytes, for rows that are columns already. */
  readonly columns: Floats
  readonly y: Float64Array
  readonly weights: Float64Array
  readonly control: Int32Array
  /** One a shard. */
  readonly states: Int32Array
  readonly parameters: Floats
  readonly statistics: Float64Array
  /** One a shard: its ∇. */
  readonly gradients: readonly Floats[]
}

/** Lays it out, each part on a cache line of its own; without a buffer, in one that is made for it. */
export const sharedMemory = (sizes: Sizes, buffer?: SharedArrayBuffer): SharedMemory => {
  const { precision, parameters, statistics, features, targets, outputs, rows, shards } = sizes
  const bytes = precision === 'f32' ? 4 : 8
  let end = 0
  const take = (length: number): number => {
    const at = end
    end = (end + length + 63) & ~63
    return at
  }
  const at = {
    control: take(4 * WORDS),
    states: take(4 * shards),
    parameters: take(bytes * parameters),
    statistics: take(8 * statistics),
    x: take(8 * rows * features),
    y: take(8 * rows * targets),
    weights: take(8 * rows),
    links: take(8 * rows * outputs),
    outputs: take(bytes * rows * outputs),
    deltas: take(bytes * rows * outputs),
    losses: take(8 * rows),
    gradients: Array.from({ length: shards }, () => take(bytes * parameters)),
  }
  const memory = buffer ?? new SharedArrayBuffer(end)
  const f64 = (start: number, length: number): Float64Array => new Float64Array(memory, start, length)
  const floats = (start: number, length: number): Floats =>
    precision === 'f32' ? new Float32Array(memory, start, length) : f64(start, length)
  return {
    control: new Int32Array(memory, at.control, WORDS),
    states: new Int32Array(memory, at.states, shards),
    parameters: floats(at.parameters, parameters),
    statistics: f64(at.statistics, statistics),
    x: f64(at.x, rows * features),
    columns: floats(at.x, rows * features),
    y: f64(at.y, rows * targets),
    weights: f64(at.weights, rows),
    links: f64(at.links, rows * outputs),
    outputs: floats(at.outputs, rows * outputs),
    deltas: floats(at.deltas, rows * outputs),
    losses: f64(at.losses, rows),
    gradients: at.gradients.map((start) => floats(start, parameters)),
  }
}

/** The rows of the window. */
export const rowsOf = ({ control, x, columns, y, weights }: SharedMemory): RowNumbers => {
  const placed = Atomics.load(control, PLACED) === 1
  return { x: placed ? columns : x, y, weights, placed }
}

/** θ is handed over in so many pieces. */
const PIECES = 16
/** Writes θ for threads that wait for it. */
export const writeParameters = ({ control, parameters }: SharedMemory, from: Floats): void => {
  for (let piece = 0; piece < PIECES; piece++) {
    const [start, end] = pieceOf(piece, from.length)
    parameters.set(from.subarray(start, end), start)
    Atomics.store(control, WRITTEN, piece + 1)
    Atomics.notify(control, WRITTEN)
  }
}
/** Reads θ as it is written. */
export const readParameters = ({ control, parameters }: SharedMemory, into: Floats): void => {
  for (let piece = 0, written = 0; piece < PIECES; piece++) {
    for (; written <= piece; written = Atomics.load(control, WRITTEN)) waitWhile(control, WRITTEN, written)
    const [start, end] = pieceOf(piece, into.length)
    into.set(parameters.subarray(start, end), start)
  }
}
const pieceOf = (piece: number, length: number): readonly [start: number, end: number] => [
  Math.floor((piece * length) / PIECES),
  Math.floor(((piece + 1) * length) / PIECES),
]

/** Claims a shard of the window that is being computed, lowest first; −1: none is left. */
export const claim = (control: Int32Array): number => {
  for (;;) {
    const word = Atomics.load(control, CLAIM)
    const left = word & 0xffff
    if (left === 0) return -1
    if (Atomics.compareExchange(control, CLAIM, word, word - 1) === word) return (word >>> 16) - left
  }
}

/** Spins so often before it sleeps: a fifth of a microsecond where the answer is near, and no core burnt where it is not. */
const SPINS = 20_000

/** Comes back when a word is no longer what was seen, or the time is over. */
export const waitWhile = (control: Int32Array, word: number, seen: number, timeMs: number = Infinity): void => {
  for (let i = 0; i < SPINS; i++) if (Atomics.load(control, word) !== seen) return
  Atomics.wait(control, word, seen, timeMs)
}
