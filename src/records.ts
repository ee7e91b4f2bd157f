import type { FieldSettings } from './features/kind.js'
import type { Trace } from './features/memory.js'
import type { SavedMemory } from './features/rowMemory.js'
import type { Unseen } from './features/vocabulary.js'
import type { Circuit } from './graph/graph.js'
import type { Tensor } from './program/tensor.js'
import type { AnyValue, Cursor, Floats, Given, ModelPrecision, Row, Value } from './values.js'

export type * from './events.js'
export type { SavedMemory, Trace, Unseen }

/**
 * A row's encoding: one number for each field (NaN: missing; a category: its column, −1: unseen). A hashed field takes
 * 1 + 2·active numbers: the count, then the index and value of each name.
 */
export interface Example<R = Row> {
  readonly kind: 'example'
  readonly row: R
  readonly x: Float64Array
  /** One number for each target; undefined for a row without a label, which is predicted but not learned. */
  readonly y: Float64Array | undefined
  readonly weight: number
  readonly unseen: readonly Unseen[]
  /** The names that share the column of another name, which a step counts. */
  readonly shared?: readonly Unseen[]
  readonly id?: string | number
  readonly timeMs?: number
  readonly cursor?: Cursor
  /** What the row leaves in the model's memory, if fields of the model remember. */
  readonly trace?: Trace
}

/**
 * A window of b examples. `x` is row-major and owned by the batch. The size is 0 if none of a window's rows could be
 * learned: the batch then only carries their count.
 */
export interface Batch<R = Row> {
  readonly kind: 'batch'
  readonly size: number
  readonly examples: readonly Example<R>[]
  readonly x: Float64Array
  readonly y: Float64Array
  readonly weights: Float64Array
  /** The number of rows refused while this window filled; they are counted when it is committed. */
  readonly rejected: number
  /** The number of rows without a label; they are counted in the same way. */
  readonly unlabelled: number
  readonly cursor?: Cursor
  /** What its rows leave in the model's memory, in order, including rows without a label. */
  readonly traces?: readonly Trace[]
}

/** Rows as columns of numbers, row-major, in the order of the model's fields: what a source of plain numbers emits. */
export interface Chunk {
  readonly kind: 'chunk'
  readonly size: number
  /**
   * size × the numbers of a row: a category is its column, a hashed field its count, then index and value of each name.
   */
  readonly x: Floats
  /** size × the number of targets; NaN stands for a missing label. */
  readonly y?: Floats
  readonly weights?: Floats
  readonly cursor?: Cursor
}

/** A prediction, and the step of the model that made it. V is the type of its value. */
export interface Prediction<R = Row, V extends AnyValue = AnyValue> {
  readonly kind: 'prediction'
  readonly row: R
  readonly step: number
  /** The number, or the most probable name; undefined while no class has been seen. */
  readonly value: V
  /** For a category, the probabilities by name. */
  readonly probabilities?: Readonly<Record<`${NonNullable<V>}`, number>>
  /** If there are several targets, the number of each. */
  readonly values?: Readonly<Record<string, number>>
  /** For a loss of several quantiles, such as `quantiles()`, the quantile of each level: `quantiles[0.9]`. */
  readonly quantiles?: Readonly<Record<number, number>>
}

/** Predictions of many rows, as columns. V is the type of a row's value. */
export interface Predictions<V extends AnyValue = AnyValue> {
  readonly kind: 'predictions'
  readonly size: number
  /** The step at which each row's prediction was made. */
  readonly steps: Float64Array
  /** size × targets: numbers, or for a category the column of the most probable name (−1: there is none yet). */
  readonly values: Float64Array
  /** For a category, the probabilities: size × columns of the target. */
  readonly probabilities?: Float64Array
  /** The names known when the first of these rows arrived. */
  readonly labels?: readonly NonNullable<V>[]
  /** For a loss of several quantiles, these: size × levels. */
  readonly quantiles?: Float64Array
  readonly levels?: readonly number[]
}

/** A row that was predicted at most, and why: it was rejected, a target is missing, or it was put into quarantine. */
export interface Unlearned {
  readonly kind: 'rejected' | 'unlabelled' | 'quarantined'
  /** The index of the row among those of its element. */
  readonly index: number
  /** The field that the reason is about; '' if it is the row as a whole, such as one that is no object. */
  readonly field: string
  /** A sentence that begins with the field's name, such as `power is missing`. */
  readonly reason: string
}

export interface Counters {
  /**
   * The numbers of rows learned, rows rejected, rows without a label, steps refused, rollbacks, and drift resets. A row
   * that is rejected or has no label is counted when it comes, and again taken out with a window that is discarded.
   */
  readonly learned: number
  readonly rejected: number
  readonly unlabelled: number
  readonly refused: number
  readonly rollbacks: number
  readonly drifts: number
  /** The number of values that lay too far away to be trusted. */
  readonly clipped: number
  /** The number of rows that were not learned because their window ended with an error or an unsubscribe. */
  readonly discarded: number
  /** The number of sparse rows of which a field could read no more than its `active` largest entries. */
  readonly shortened: number
  /**
   * About how many names share a column with another, or took it, because their category has no column left. These are
   * counted since the model was created or restored, and 0 in a snapshot.
   */
  readonly crowded: number
}

/** Everything that a replica needs to predict with a model's θ, as JSON data. */
export interface Description {
  readonly format: 1
  readonly circuit: Circuit
  readonly features: Readonly<Record<string, FieldSettings>>
  readonly target: Readonly<Record<string, FieldSettings>>
  /** The loss's kind and settings, such as { kind: 'huber', delta: 1 }. */
  readonly loss: {
    readonly kind: string
    readonly [setting: string]: string | number | readonly number[] | Readonly<Record<string, number>>
  }
  readonly precision: ModelPrecision
  readonly statistics: 'beforePrediction' | 'afterPrediction'
  /** The experts whose outputs the circuit mixes, in the order of their weights; omitted for a single circuit. */
  readonly experts?: readonly { readonly name: string; readonly rate: number }[]
  readonly layout: readonly Tensor[]
  /** The hash of all the above. */
  readonly hash: string
}

/** Everything that `predict` reads, as of one step boundary. These are copies that never change. */
export interface Publication {
  readonly step: number
  readonly parameters: Floats
  readonly statistics: Float64Array
  /** A list of names for each category field (features in order, then the target), in column order. */
  readonly vocabularies: readonly (readonly Value[])[]
  /** What each field that remembers knows of earlier rows, features in order; omitted if no field remembers. */
  readonly memories?: readonly SavedMemory[]
}

export interface Predictor<R = Row, V extends AnyValue = AnyValue> {
  readonly step: number
  /** Predicts a row without changing the model. */
  predict(row: Given<R>): Prediction<R, V>
}

/** Everything that a model has learned: after `restore`, training continues as if it had never stopped. */
export interface Snapshot extends Publication {
  readonly format: 1
  readonly hash: string
  /** What the hash covers, as short texts by part, by which a refusal names what differs; older snapshots have none. */
  readonly settings?: Readonly<Record<string, string>>
  readonly slots: Floats
  readonly scalars: Float64Array
  /** For each category field, the number of times that a name took another's column. */
  readonly evictions: readonly number[]
  readonly counters: Counters
  /** The step of the first row that was learned; omitted if there is none, and by older snapshots. */
  readonly learnedSince?: number
  readonly cursor: Cursor | undefined
  /** The healthy state to which a rollback would return. */
  readonly healthy: { readonly step: number; readonly bytes: Uint8Array } | undefined
  /** The state that operators keep in the model, by name, as JSON data. */
  readonly kept: Readonly<Record<string, unknown>>
}
