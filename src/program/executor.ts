/** A model's memory: the same bytes seen as three kinds of numbers. Read the views afresh: memory may have moved. */
export interface Arena {
  readonly f32: Float32Array
  readonly f64: Float64Array
  readonly bytes: Uint8Array
  /** Makes it at least so long; what is there stays. */
  grow(bytes: number): void
}

/** Runs instructions `from` up to `to`: 0, or why it stopped before the end (`REFUSED`, `OUT_OF_BOUNDS`). */
export type Run = (from: number, to: number) => number

/** Who executes the bytecode. All of them give the same bits. */
export interface Executor {
  readonly name: 'interpreter' | 'wasm'
  createArena(bytes: number): Arena
  load(code: Int32Array, arena: Arena): Run
}
