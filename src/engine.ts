import type { Description } from './records.js'
import type { Floats } from './values.js'

/** An engine computes the shards of a model's windows, such as `workers(4)`. The bits do not depend on the engine. */
export interface Engine {
  readonly kind: string
  /** Starts work for one model. It throws a RangeError if the model cannot be rebuilt from plain data. */
  open(task: Task): Crew
}

/** What an engine needs to know about a model to compute its shards, as plain data. */
export interface Task {
  readonly description: Description
  /** The tensors and groups that have no gradient. */
  readonly freeze: readonly string[]
  readonly shards: number
}

/** An engine at work for one model. */
export interface Crew {
  /** Computes every shard of a window; it returns when the last one has been added. */
  compute(window: ShardedWindow): void
  /** Ends the work; it may be called at any time. */
  release(): void
}

/** A run of consecutive rows in a window. */
export type Run = readonly [first: number, count: number]

/** The numbers of a window's rows, row-major. */
export interface RowNumbers {
  readonly x: Floats
  readonly y: Float64Array
  readonly weights: Float64Array
  /** Whether x contains columns, in the model's type. */
  readonly placed: boolean
}

/** A window whose shards are to be computed at the present θ and statistics, and the model's side of that work. */
export interface ShardedWindow extends RowNumbers {
  /** The number of rows in the window. */
  readonly size: number
  /** The number of outputs of a row, and of its losses. */
  readonly outputs: number
  readonly losses: number
  /** The rows of each shard; no shard is empty. */
  readonly runs: readonly Run[]
  readonly parameters: Floats
  readonly statistics: Float64Array
  /** Makes the model compute a shard itself. Each shard is either requested here or delivered, once, in any order. */
  here(shard: number): void
  /**
   * Delivers a shard that was computed elsewhere.
   * @param results the results of its rows, each at its row's place in the window
   * @param gradient its ∇, summed from zero, which must not change until all shards have been delivered
   */
  deliver(shard: number, results: RowResults, gradient: Floats): void
}

/** The results of a window's rows, by row. */
export interface RowResults {
  /** The outputs after the link, size × outputs, from which predictions are read. */
  readonly links: Float64Array
  /** The outputs before the link, and ∂l/∂output, both size × outputs. */
  readonly outputs: Floats
  readonly deltas: Floats
  /** The loss of each row, and what the model keeps of its experts' losses. */
  readonly losses: Float64Array
}
