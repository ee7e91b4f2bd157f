import type { Crew, Engine, Task } from './engine.js'
import type { Fields } from './features/field.js'
import type { Memories } from './features/memory.js'
import type { Tensor } from './program/tensor.js'
import type {
  Batch,
  Chunk,
  Counters,
  Description,
  Example,
  ModelEvent,
  Prediction,
  Predictions,
  Predictor,
  Publication,
  Rejection,
  Snapshot,
} from './records.js'
import type { Cursor, Floats, ModelPrecision, Row, Value } from './values.js'

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
  /**
   * @param memories what fields remember of the rows before it, which take it in; where they are left out, it is read
   *   as the next row after the last step
   */
  encode(row: R, memories?: Memories): Example<R> | Rejection
  /** A copy of what fields remember as of the last step, for `encode` to carry on; undefined where none remembers. */
  memories(): Memories | undefined
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
