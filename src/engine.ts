import type { Description } from './records.js'
import type { Floats } from './values.js'

/** Who computes the shards of a model's windows: `workers(4)`. Whoever computes a shard, its bits are the same. */
export interface Engine {
  readonly kind: string
  /** Begins to work for one model. Throws RangeError where the model cannot be rebuilt from plain data. */
  open(task: Task): Crew
}

/** What an engine must know of a model to compute its shards: plain data. */
export interface Task {
  readonly description: Description
  /** Tensors and groups that have no gradient. */
  readonly freeze: readonly string[]
  readonly shards: number
}

/** An engine at work for one model. */
export interface Crew {
  /** Computes every shard of a window; comes back when the last one has been added. */
  compute(window: ShardedWindow): void
  /** Ends the work, at any time. */
  release(): void
}

/** A run of a window's rows. */
export type Run = readonly [first: number, count: number]

/** The numbers of a window's rows, row-major. */
export interface RowNumbers {
  readonly x: Floats
  readonly y: Float64Array
  readonly weights: Float64Array
  /** Whether x are columns, in the model's type. */
  readonly placed: boolean
}

/** A window whose shards are to be computed, at the θ and the statistics of now; and the model that waits for them. */
export interface ShardedWindow extends RowNumbers {
  /** How many of the rows are the window's. */
  readonly size: number
  /** Numbers that a row's output is made of. */
  readonly outputs: number
  /** The rows of each shard, none of them empty. */
  readonly runs: readonly Run[]
  readonly parameters: Floats
  readonly statistics: Float64Array
  /** Has the model compute a shard itself. Each shard is asked for or delivered once, in any order. */
  here(shard: number): void
  /**
   * Delivers a shard that was computed elsewhere.
   * @param results what its rows came to, each at its place among the window's
   * @param gradient its ∇, summed from zero, which must stay as it is until all shards have come
   */
  deliver(shard: number, results: RowResults, gradient: Floats): void
}

/** What the rows of a window came to, by row. */
export interface RowResults {
  /** What is predicted from: size × outputs, after the link. */
  readonly links: Float64Array
  /** size × outputs, before the link, and ∂l/∂output. */
  readonly outputs: Floats
  readonly deltas: Floats
  readonly losses: Float64Array
}
