import type { Circuit } from './circuit/graph.js'
import type { CategoryField } from './features/category.js'
import type { CyclicField } from './features/cyclic.js'
import type { HashedField } from './features/hashed.js'
import type { NumericField } from './features/numeric.js'
import type { ScoreboardReport } from './metrics/scoreboardState.js'

/** The element type of a model's θ, ∇, slots and activations. Statistics and counters are f64 always. */
export type Precision = 'f32' | 'f64'
/** A model's: 'fast' is f32, its sums of products rounded as the machine likes (`import 'rxgrad/fast'`). */
export type ModelPrecision = Precision | 'fast'
export type Floats = Float32Array | Float64Array

/** What a category is made of. 1 and '1' are the same name; true and 'true' too. */
export type Value = string | number | boolean
/** The user's plain object. */
export type Row = Readonly<Record<string, unknown>>

export type Field = NumericField | CategoryField | CyclicField | HashedField
export type Fields = Readonly<Record<string, Field>>

/** A place in a source, enough for it to go on from there: a line number, an offset, a sequence. */
export type Cursor = string | number

/** A name that has no column yet. `field` is its place among the features and then the target. */
export interface Unseen {
  readonly field: number
  readonly value: Value
}

/**
 * A row's encoding: one number a field (NaN: missing; a category: its column, −1: unseen); of a hashed field 1 + 2·active:
 * how many, then index and value of each.
 */
export interface Example<R = Row> {
  readonly kind: 'example'
  readonly row: R
  readonly x: Float64Array
  /** One number a target; undefined for a row that has no label yet: it is predicted and not learned. */
  readonly y: Float64Array | undefined
  readonly weight: number
  readonly unseen: readonly Unseen[]
  readonly id?: string | number
  readonly timeMs?: number
  readonly cursor?: Cursor
}

/**
 * A window of b examples. `x` is row-major and owned by the batch. Of size 0 where none of a window's rows could be
 * learned: then it carries no more than their count.
 */
export interface Batch<R = Row> {
  readonly kind: 'batch'
  readonly size: number
  readonly examples: readonly Example<R>[]
  readonly x: Float64Array
  readonly y: Float64Array
  readonly weights: Float64Array
  /** Rows refused while this window filled: counted when it is committed. */
  readonly rejected: number
  /** Rows without a label, likewise. */
  readonly unlabelled: number
  readonly cursor?: Cursor
}

/** Rows as columns of numbers, row-major, in the order of the model's fields: what a source of plain numbers emits. */
export interface Chunk {
  readonly kind: 'chunk'
  readonly size: number
  /** size × numbers of a row: a category is its column, a hashed field its count and then index and value of each. */
  readonly x: Floats
  /** size × number of targets; NaN: no label. */
  readonly y?: Floats
  readonly weights?: Floats
  readonly cursor?: Cursor
}

/** The outputs of a batch at one θ, and copies of everything that backward needs but θ. */
export interface Forward<R = Row> {
  readonly kind: 'forward'
  readonly step: number
  readonly batch: Batch<R>
  readonly model: Model<R>
  /** size × outputs, before the link (logits, scaled numbers). */
  readonly outputs: Floats
  /** size × activations of one row, as the program laid them out; empty where an engine has been backward already. */
  readonly activations: ArrayBuffer
  readonly predictions: Predictions
}

/** A batch's losses and ∂l/∂output, one row each. */
export interface Loss<R = Row> {
  readonly kind: 'loss'
  readonly step: number
  readonly forward: Forward<R>
  /** One a row, unweighted: the sum over the row's outputs. */
  readonly values: Float64Array
  /** size × outputs: ∂l/∂output. */
  readonly deltas: Floats
  /** (1/b) Σ wᵢ lᵢ. */
  readonly mean: number
}

/** g = (1/b) Σᵢ wᵢ ∇lᵢ(θ), flat, in the order of the layout. */
export interface Gradient<R = Row> {
  readonly kind: 'gradient'
  /** The step of the θ it was taken at. */
  readonly step: number
  readonly hash: string
  readonly size: number
  readonly values: Floats
  /** The rows behind it; a gradient from elsewhere has none, and advances no statistics. */
  readonly loss?: Loss<R>
}

/** One step of θ, taken or refused. */
export interface Update<R = Row> {
  readonly kind: 'update'
  readonly step: number
  readonly model: Model<R>
  readonly size: number
  /** (1/b) Σ wᵢ lᵢ at the θ before this step. */
  readonly loss: number
  readonly learningRate: number
  readonly refused: boolean
  readonly gradient?: Gradient<R>
  readonly cursor?: Cursor
}

/** A prediction, and the step of the model that made it. */
export interface Prediction<R = Row> {
  readonly kind: 'prediction'
  readonly row: R
  readonly step: number
  /** The number, or the most probable name; undefined while no class has been seen. */
  readonly value: Value | undefined
  /** By name, for a category. */
  readonly probabilities?: Readonly<Record<string, number>>
  /** Every target's number, when there are several. */
  readonly values?: Readonly<Record<string, number>>
}

/** Predictions of many rows, as columns. */
export interface Predictions {
  readonly kind: 'predictions'
  readonly size: number
  /** The step that made each row's prediction. */
  readonly steps: Float64Array
  /** size × targets: numbers, or for a category the column of the most probable name (−1: none yet). */
  readonly values: Float64Array
  /** size × columns of the target, for a category. */
  readonly probabilities?: Float64Array
  /** The names known when the first of these rows came. */
  readonly labels?: readonly Value[]
}

/** What `learn` emits for one element: a row gives one prediction and one loss, an array or a chunk gives columns. */
export interface Learned<R = Row, P = Prediction<R>, L = number> {
  readonly kind: 'learned'
  /** The model's step after this element. */
  readonly step: number
  readonly model: Model<R>
  /** The rows, where rows came in. */
  readonly rows: readonly R[]
  /** The truth beside the predictions, one a row and target: a number, or a class by the column it has or is getting; NaN: none. */
  readonly actual: Float64Array
  readonly predictions: P | undefined
  /** NaN for a row that has no label. */
  readonly losses: L
  readonly update?: Update<R>
}
export type LearnedRows<R = Row> = Learned<R, Predictions, Float64Array>

/** The running scores of a model beside its baselines; a row counts with the step that learns it. */
export interface Evaluation<R = Row> {
  readonly kind: 'evaluation'
  readonly step: number
  readonly model: Model<R>
  readonly learned: Learned<R> | LearnedRows<R>
  /** The scoreboard; made when it is asked for, from the newest rows. */
  report(): ScoreboardReport
}

export interface Rejection {
  readonly kind: 'rejection'
  readonly reason: string
  readonly row: unknown
  readonly field?: string
  readonly cursor?: Cursor
}
export interface Rollback {
  readonly kind: 'rollback'
  readonly step: number
  /** The step whose state came back. */
  readonly to: number
  readonly reason: string
}
export interface Refusal {
  readonly kind: 'refusal'
  readonly step: number
  readonly reason: string
}
export interface Drift {
  readonly kind: 'drift'
  readonly step: number
  readonly detector: string
}
export interface Control {
  readonly kind: 'control'
  readonly step: number
  readonly name: string
  readonly value: unknown
}
export type ModelEvent = Rejection | Rollback | Refusal | Drift | Control

export interface Counters {
  /** Rows learned, rows rejected, rows without a label, steps refused, rollbacks, drift resets. */
  readonly learned: number
  readonly rejected: number
  readonly unlabelled: number
  readonly refused: number
  readonly rollbacks: number
  readonly drifts: number
}

/** One named piece of θ. */
export interface Tensor {
  readonly name: string
  readonly offset: number
  readonly size: number
  readonly shape: readonly number[]
  /** `weight` or `bias`, or the group its circuit gave it. */
  readonly group: string
}

/** Everything a stranger needs to predict with a model's θ: JSON-able. */
export interface Description {
  readonly format: 1
  readonly circuit: Circuit
  readonly features: Fields
  readonly target: Fields
  /** The loss' kind and settings, such as { kind: 'huber', delta: 1 }. */
  readonly loss: { readonly kind: string; readonly [setting: string]: string | number }
  readonly precision: ModelPrecision
  readonly statistics: 'beforePrediction' | 'afterPrediction'
  readonly layout: readonly Tensor[]
  /** Of all the above. */
  readonly hash: string
}

/** All that `predict` reads, as of one step boundary. Copies: nothing in it changes later. */
export interface Publication {
  readonly step: number
  readonly parameters: Floats
  readonly statistics: Float64Array
  /** One list of names a category field (features in order, then the target), in column order. */
  readonly vocabularies: readonly (readonly Value[])[]
}

export interface Predictor<R = Row> {
  readonly step: number
  /** Pure: never changes the model. */
  predict(row: R): Prediction<R>
}

/** Everything that a model has learned, whole: `restore` goes on as if it had never stopped. */
export interface Snapshot extends Publication {
  readonly format: 1
  readonly hash: string
  readonly slots: Floats
  readonly scalars: Float64Array
  /** One a category field: how often a name took another's column. */
  readonly evictions: readonly number[]
  readonly counters: Counters
  readonly cursor: Cursor | undefined
  /** The healthy state that a rollback would return to. */
  readonly healthy: { readonly step: number; readonly bytes: Uint8Array } | undefined
  /** State that operators keep in the model, by name: JSON-able. */
  readonly kept: Readonly<Record<string, unknown>>
}

export interface Model<R = Row> extends Predictor<R> {
  readonly description: Description
  readonly features: Fields
  readonly target: Fields
  readonly precision: ModelPrecision
  readonly layout: readonly Tensor[]
  readonly hash: string
  /** The names a category target can take, in column order, as far as they are known. */
  readonly labels: readonly Value[]
  /** A copy of θ. */
  readonly parameters: Floats
  readonly counters: Counters
  readonly cursor: Cursor | undefined
  readonly learningRate: number
  /** Test, then train: each row is predicted as it arrives, then learned. Throws ModelInUseError while a pipe holds it. */
  learn(row: R): Learned<R>
  learn(rows: readonly R[] | Chunk): LearnedRows<R>
  setLearningRate(learningRate: number): void
  publish(): Publication
  snapshot(): Snapshot
  restore(snapshot: Snapshot): void
  /** Events, delivered after the step that raised them. Returns the way to stop listening. */
  listen(listener: (event: ModelEvent) => void): () => void
  /** The stages of a step, one by one: what the operators are made of. */
  readonly stages: Stages<R>
}

/** A step in parts. `update` alone writes, and only for the one writer that holds the model. */
export interface Stages<R = Row> {
  encode(row: R): Example<R> | Rejection
  batch(elements: readonly (Example<R> | Rejection)[]): Batch<R>
  forward(batch: Batch<R>): Forward<R>
  loss(forward: Forward<R>): Loss<R>
  backward(loss: Loss<R>): Gradient<R>
  /** `forward`, `loss` and `backward` in one, the shards computed by an engine's crew. */
  gradient(batch: Batch<R>, crew: Crew): Gradient<R>
  update(gradient: Gradient<R>, writer: Writer<R>): Update<R>
  /**
   * Takes the model for one writer, who learns in windows of `batch` rows, their shards computed by the engine;
   * throws ModelInUseError when it is taken.
   */
  take(by: string, batch?: number, engine?: Engine): Writer<R>
  /** What an engine must know of this model. */
  readonly task: Task
  reject(rejection: Rejection): void
  /** A place for an operator's own state, saved with the model. Two of one name throw. */
  keep<S>(name: string, initial: () => S): { value: S; release(): void }
}

export interface Writer<R = Row> {
  readonly by: string
  learn(row: R): Learned<R>
  learn(rows: readonly R[] | Chunk): LearnedRows<R>
  /** Rows that came in since the last step, learned or not: what `flush` would commit. */
  readonly pending: number
  /** Closes a window that is not full; undefined where there is nothing in it to learn. */
  flush(): Update<R> | undefined
  /** Gives the model back. Rows of an unfinished window are forgotten. */
  release(): void
}

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

/** A window whose shards are to be computed, at the θ and the statistics of now; and the model that waits for them. */
export interface ShardedWindow {
  readonly size: number
  /** Numbers that a row's output is made of. */
  readonly outputs: number
  /** The rows of each shard, none of them empty. */
  readonly runs: readonly Run[]
  readonly parameters: Floats
  readonly statistics: Float64Array
  /** Row-major, of at least `size` rows; x are columns in the model's type where `placed` says so. */
  readonly x: Floats
  readonly y: Float64Array
  readonly weights: Float64Array
  readonly placed: boolean
  /**
   * Computes a shard in the model's own arena; gives its ∇, as it stands there until the next call.
   * @param onTop adds it to the sum of those before, which stands there
   */
  here(shard: number, onTop?: boolean): Floats
  /** Takes what a shard's rows came to, where it was computed elsewhere. */
  rows(shard: number, results: RowResults): void
  /** Adds a shard's ∇: to be called for all of them, in their order, after `here` and `rows`. */
  add(shard: number, gradient: Floats): void
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
