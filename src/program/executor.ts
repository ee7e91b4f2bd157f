/**
 * A model's memory: the same bytes seen as four kinds of numbers. Views are read afresh at each use, as memory may have
 * moved.
 */
export interface Arena {
  readonly i32: Int32Array
  readonly f32: Float32Array
  readonly f64: Float64Array
  readonly bytes: Uint8Array
  /** Makes the arena at least this long; its contents stay. */
  grow(bytes: number): void
}

/**
 * The rows that are run at once. What stands from `start` on is a row's own block: instructions name that of row 0, and
 * the block of row r stands `r * stride` bytes further on (a multiple of 16). What stands before `start` is shared by
 * all rows.
 */
export interface RowBlocks {
  readonly first: number
  readonly count: number
  readonly start: number
  readonly stride: number
}

/**
 * Runs instructions `from` up to `to`, and returns 0 or the status that says why it stopped before the end (`REFUSED`,
 * `OUT_OF_BOUNDS`). With `rows`, each instruction is run for all of them, in their order, before the next one. The
 * instructions of a window (`guard`, `watch`, `bound`, `drift`) cannot be run with rows.
 */
export type RunCode = (from: number, to: number, rows?: RowBlocks) => number

/** The memory to which a call and its numbers are written. */
export type Call = Arena & { readonly base: number }

/** Learns the rows of a call one after another, without returning to TypeScript in between. */
export interface RowRun {
  /** A call that all models share; it is free between two calls. */
  readonly staging: Call
  /** Creates a call of the model's own, which stays as it was written. */
  createCall(bytes: number): Call
  /** @returns the row before which it stopped */
  run(call: Call): number
}

/** An executor of the bytecode. All executors give the same bits. */
export interface Executor {
  readonly name: 'interpreter' | 'wasm'
  createArena(bytes: number): Arena
  load(code: Int32Array, arena: Arena): RunCode
  /** Loads the row plan that stands at this word of the code; only some executors can. */
  loadRows?(code: Int32Array, plan: number, arena: Arena): RowRun
}
