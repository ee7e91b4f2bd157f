import type { FieldSettings } from './features/kind.js'
import type { Trace } from './features/memory.js'
import type { SavedMemory } from './features/rowMemory.js'
import type { Unseen } from './features/vocabulary.js'
import type { Circuit } from './graph/graph.js'
import type { Tensor } from './program/tensor.js'
import type { Cursor, Floats, ModelPrecision, Row, Value } from './values.js'

export type { SavedMemory, Trace, Unseen }

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
  /** What it leaves in the model's memory, where fields of the model remember. */
  readonly trace?: Trace
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
  /** What its rows leave in the model's memory, those without a label too, in their order. */
  readonly traces?: readonly Trace[]
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

/** Everything a stranger needs to predict with a model's θ: JSON-able. */
export interface Description {
  readonly format: 1
  readonly circuit: Circuit
  readonly features: Readonly<Record<string, FieldSettings>>
  readonly target: Readonly<Record<string, FieldSettings>>
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
  /** What each field that remembers knows of earlier rows, features in order; left out where none does. */
  readonly memories?: readonly SavedMemory[]
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
