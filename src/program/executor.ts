/** A model's memory: the same bytes seen as four kinds of numbers. Read the views afresh: memory may have moved. */
export interface Arena {
  readonly i32: Int32Array
  readonly f32: Float32Array
  readonly f64: Float64Array
  readonly bytes: Uint8Array
  /** Makes it at least so long; what is there stays. */
  grow(bytes: number): void
}

/**
 * The rows that are run at once. What stands from `start` on is a row's own block: instructions name row 0's, and row
 * r's stands `r * stride` bytes further on (a multiple of 16). What stands before it is every row's.
 */
export interface RowBlocks {
  readonly first: number
  readonly count: number
  readonly start: number
  readonly stride: number
}

/**
 * Runs instructions `from` up to `to`: 0, or why it stopped before the end (`REFUSED`, `OUT_OF_BOUNDS`). With `rows`,
 * each instruction for all of them, in their order, before the next one; what a window does (`guard`, `watch`, `bound`,
 * `drift`) has no rows.
 */
export type Run = (from: number, to: number, rows?: RowBlocks) => number

/** Where a call and its numbers are written. */
export type Call = Arena & { readonly base: number }

/** Learns the rows of a call one after another, without coming back in between. */
export interface RowRun {
  /** One for all models, free between two calls. */
  readonly staging: Call
  /** One of a model's own, in which a call stays as it was written. */
  createCall(bytes: number): Call
  /** @returns the row it stopped before */
  run(call: Call): number
}

/** Who executes the bytecode. All of them give the same bits. */
export interface Executor {
  readonly name: 'interpreter' | 'wasm'
  createArena(bytes: number): Arena
  load(code: Int32Array, arena: Arena): Run
  /** For executors that can: the row plan that stands at this word of the code. */
  loadRows?(code: Int32Array, plan: number, arena: Arena): RowRun
}
