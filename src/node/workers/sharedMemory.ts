import type { RowNumbers, RowResults, Task } from '../../engine.js'
import type { Floats, Precision } from '../../values.js'

/** The sizes of what is in the shared memory. */
export interface Sizes {
  readonly precision: Precision
  readonly parameters: number
  readonly statistics: number
  readonly features: number
  readonly targets: number
  readonly outputs: number
  /** The number of losses of a row. */
  readonly losses: number
  /** The largest number of rows in a window. */
  readonly rows: number
  readonly shards: number
}

/** The data with which a thread is started. */
export interface Work {
  readonly task: Task
  readonly sizes: Sizes
  readonly buffer: SharedArrayBuffer
}

// The indices of the words through which threads coordinate.

/** Counts the windows, so that a thread notices a new one. */
export const VERSION = 0
/** The number of shards of the window in the high half, and how many of them are still unclaimed in the low half. */
export const CLAIM = 1
/** Changes whenever there are new shards to claim. */
export const SIGNAL = 2
/** The number of shards that threads have finished, including those that failed. */
export const FINISHED = 3
/** The number of rows in the window. */
export const SIZE = 4
/** The number of threads that are up. */
export const READY = 5
/** Whether the window's rows are columns already (1) or not (0). */
export const PLACED = 6
/** The number of pieces of θ that have been written; threads read one while the next is being written. */
export const WRITTEN = 7
const WORDS = 16

// The state of a shard; 0 if it is not finished.

export const DONE = 1
export const FAILED = 2
/** The largest number of shards, which fits into either half of the claim. */
export const MOST_SHARDS = 32767

/** One window and its results, which all threads share. */
export interface SharedMemory extends RowResults {
  readonly x: Float64Array
  /** The same bytes, for rows that are columns already. */
  readonly columns: Floats
  readonly y: Float64Array
  readonly weights: Float64Array
  readonly control: Int32Array
  /** The state of each shard. */
  readonly states: Int32Array
  readonly parameters: Floats
  readonly statistics: Float64Array
  /** The ∇ of each shard. */
  readonly gradients: readonly Floats[]
}

/** Lays out the memory, and starts each part on a new cache line. Without a buffer, a new one is created. */
export const sharedMemory = (sizes: Sizes, buffer?: SharedArrayBuffer): SharedMemory => {
  const { precision, parameters, statistics, features, targets, outputs, losses, rows, shards } = sizes
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
    losses: take(8 * rows * losses),
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
    losses: f64(at.losses, rows * losses),
    gradients: at.gradients.map((start) => floats(start, parameters)),
  }
}

/** Returns the numbers of the window's rows. */
export const rowsOf = ({ control, x, columns, y, weights }: SharedMemory): RowNumbers => {
  const placed = Atomics.load(control, PLACED) === 1
  return { x: placed ? columns : x, y, weights, placed }
}

/** The number of pieces in which θ is handed over. */
const PIECES = 16
/** Writes θ for the threads that wait for it. */
export const writeParameters = ({ control, parameters }: SharedMemory, from: Floats): void => {
  for (let piece = 0; piece < PIECES; piece++) {
    const [start, end] = pieceOf(piece, from.length)
    parameters.set(from.subarray(start, end), start)
    Atomics.store(control, WRITTEN, piece + 1)
    Atomics.notify(control, WRITTEN)
  }
}
/** Reads θ while it is being written. */
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

/** Claims the lowest unclaimed shard of the present window; returns −1 if none is left. */
export const claim = (control: Int32Array): number => {
  for (;;) {
    const word = Atomics.load(control, CLAIM)
    const left = word & 0xffff
    if (left === 0) return -1
    if (Atomics.compareExchange(control, CLAIM, word, word - 1) === word) return (word >>> 16) - left
  }
}

/** The number of spins before it sleeps: a near answer is seen within 0.2 µs, and no core is burnt if none is near. */
const SPINS = 20_000

/** Returns when a word no longer has the value that was seen, or when the time is over. */
export const waitWhile = (control: Int32Array, word: number, seen: number, timeMs: number = Infinity): void => {
  for (let i = 0; i < SPINS; i++) if (Atomics.load(control, word) !== seen) return
  Atomics.wait(control, word, seen, timeMs)
}
