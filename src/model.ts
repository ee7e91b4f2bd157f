import type { Crew, Engine, Task } from './engine.js'
import type { Fields } from './features/field.js'
import type { Memories } from './features/memory.js'
import type { Arrival, Delayed, KeptForm, Late } from './late.js'
import type { Tensor } from './program/tensor.js'
import type { Reacting } from './reacting.js'
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
  RowEvent,
  Snapshot,
  Unlearned,
} from './records.js'
import type { AnyValue, Cursor, Floats, Given, ModelPrecision, Row } from './values.js'

/** The outputs of a batch at one θ, and copies of everything that backward needs apart from θ. */
export interface Forward<R = Row> {
  readonly kind: 'forward'
  readonly step: number
  readonly batch: Batch<R>
  readonly model: Model<R>
  /** The outputs before the link (logits, scaled numbers), size × outputs. */
  readonly outputs: Floats
  /** size × the activations of a row, as the program laid them out; empty if an engine has already run backward. */
  readonly activations: ArrayBuffer
  readonly predictions: Predictions
}

/** The losses of a batch and ∂l/∂output, by row. */
export interface Loss<R = Row> {
  readonly kind: 'loss'
  readonly step: number
  readonly forward: Forward<R>
  /** The unweighted loss of each row, summed over its outputs. */
  readonly values: Float64Array
  /** ∂l/∂output, size × outputs. */
  readonly deltas: Floats
  /** For a mixture of experts, what each row keeps of their losses: l_k of each, then |δ_k|². */
  readonly experts?: Float64Array
  /** The weighted mean (1/b) Σ wᵢ lᵢ. */
  readonly mean: number
}

/** The gradient g = (1/b) Σᵢ wᵢ ∇lᵢ(θ), flat, in the order of the layout. */
export interface Gradient<R = Row> {
  readonly kind: 'gradient'
  /** The step of the θ at which it was computed. */
  readonly step: number
  readonly hash: string
  readonly size: number
  readonly values: Floats
  /** The loss of its rows. A gradient from elsewhere has no rows, and advances no statistics. */
  readonly loss?: Loss<R>
}

/** One step of θ, which was taken or refused. */
export interface Update<R = Row> {
  readonly kind: 'update'
  readonly step: number
  readonly model: Model<R>
  readonly size: number
  /** The mean loss (1/b) Σ wᵢ lᵢ at the θ before this step. */
  readonly loss: number
  readonly learningRate: number
  readonly refused: boolean
  readonly gradient?: Gradient<R>
  readonly cursor?: Cursor
}

/** What `learn` emits for one element: a row gives one prediction and one loss, an array or a chunk gives columns. */
export interface Learned<R = Row, V extends AnyValue = AnyValue, P = Prediction<R, V>, L = number> {
  readonly kind: 'learned'
  /** The model's step after this element. */
  readonly step: number
  readonly model: Model<R, V>
  /** The rows, if the element was given as rows. */
  readonly rows: readonly R[]
  /**
   * The truth beside the predictions, by row and target: a number, or a class as the column that it has or is getting;
   * NaN if there is none.
   */
  readonly actual: Float64Array
  readonly predictions: P | undefined
  /** The losses; NaN for a row without a label. */
  readonly losses: L
  readonly update?: Update<R>
  /** The rows that were not learned, and why; omitted if there are none. */
  readonly unlearned?: readonly Unlearned[]
  /** Present where labels come later than predictions. */
  readonly delayed?: Delayed
}

export type LearnedRows<R = Row, V extends AnyValue = AnyValue> = Learned<R, V, Predictions<V>, Float64Array>

/** A model of rows R. V is the type of its predictions' value. */
export interface Model<R = Row, V extends AnyValue = AnyValue> extends Predictor<R, V> {
  readonly description: Description
  readonly features: Fields
  readonly target: Fields
  readonly precision: ModelPrecision
  readonly layout: readonly Tensor[]
  readonly hash: string
  /** The names of a category target that are known so far, in column order. */
  readonly labels: readonly NonNullable<V>[]
  /** A copy of θ. */
  readonly parameters: Floats
  readonly counters: Counters
  readonly cursor: Cursor | undefined
  readonly learningRate: number
  /** The weight of each expert in the next prediction, by its name; undefined for a single circuit. */
  readonly experts: Readonly<Record<string, number>> | undefined
  /**
   * Tests, then trains: each row is predicted as it arrives, then learned. It throws a ModelInUseError while a pipe
   * holds the model.
   */
  learn(row: Given<R>): Learned<R, V>
  learn(rows: readonly Given<R>[] | Chunk): LearnedRows<R, V>
  setLearningRate(learningRate: number): void
  publish(): Publication
  /** Copies everything that the model has learned. `encodeSnapshot` turns it into bytes. */
  snapshot(): Snapshot
  /**
   * Continues from a snapshot as the model that made it, bit for bit. Every part of the snapshot is checked before any
   * of it is applied: a snapshot that is refused leaves the model as it was. It throws a LayoutMismatchError for a
   * snapshot of another configuration, which names what differs, and for one that is incomplete or damaged.
   */
  restore(snapshot: Snapshot): void
  /**
   * Listens to events, which are delivered after the step that raised them. It returns a function that stops listening.
   */
  listen(listener: (event: ModelEvent) => void): () => void
  /** The stages of a step, one by one, from which the operators are made. */
  readonly stages: Stages<R>
}

/** A step in parts. Only `update` writes, and only for the one writer that holds the model. */
export interface Stages<R = Row> {
  /**
   * @param memories what fields remember of earlier rows; this row is added to them. If they are omitted, the row is
   *   read as the next one after the last step
   */
  encode(row: R, memories?: Memories): Example<R> | Rejection
  /** Returns a copy, which `encode` advances, of what fields remember as of the last step; undefined if none does. */
  memories(): Memories | undefined
  batch(elements: readonly (Example<R> | Rejection)[]): Batch<R>
  forward(batch: Batch<R>): Forward<R>
  loss(forward: Forward<R>): Loss<R>
  backward(loss: Loss<R>): Gradient<R>
  /** Does `forward`, `loss` and `backward` in one, with the shards computed by an engine's crew. */
  gradient(batch: Batch<R>, crew: Crew): Gradient<R>
  update(gradient: Gradient<R>, writer: Writer<R>): Update<R>
  /**
   * Takes the model for one writer that learns in windows of `batch` rows, with their shards computed by the engine;
   * throws a ModelInUseError if the model is already taken.
   */
  take(by: string, batch?: number, engine?: Engine): Writer<R>
  /** What an engine needs to know about this model. */
  readonly task: Task
  reject(event: RowEvent): void
  /**
   * Returns the step of the first row that was learned, ∞ until then. A prediction of an earlier step was made before
   * any label was known: it is shown, but not scored.
   */
  learnedSince(): number
  /** Creates a place for an operator's own state, saved with the model's. It throws if the name is taken. */
  keep<S>(name: string, initial: () => S, form?: KeptForm<S>): { value: S; release(): void }
  /** Returns the state that an operator keeps under a name, for reading; undefined if there is none. */
  kept(name: string): unknown
  /** Reads what learning reads of a row, so that a getter that throws does so before anything is learned. */
  touch(row: R): void
  /** The stages of rows whose labels come later. */
  readonly late: Late<R, Learned<R>, Writer<R>>
  readonly arrival: Arrival
  /**
   * Returns a function that tells of a drift at a step. With `boost`, the optimizer then adapts fast again, or it throws.
   */
  drifts(detector: string): (step: number) => void
  readonly reacting: Reacting<Model<R>>
}

export interface Writer<R = Row> {
  readonly by: string
  learn(row: R): Learned<R>
  learn(rows: readonly R[] | Chunk): LearnedRows<R>
  /** The number of rows since the last step, learned or not, which `flush` would commit. */
  readonly pending: number
  /** Closes an incomplete window; it returns undefined if the window holds nothing to learn. */
  flush(): Update<R> | undefined
  /** Releases the model. Rows of an incomplete window are discarded, counted and told. */
  release(): void
}
