import type { Learned, Model } from '../model.js'
import type { ModelEvent, Snapshot } from '../records.js'
import type { AnyValue, Cursor, Row, Value } from '../values.js'

/** What the model of a key did with a row of that key. R is what a model reads, and I a row of the stream. */
export interface LearnedByKey<R = Row, K extends Value = Value, V extends AnyValue = AnyValue, I = R>
  extends Omit<Learned<I, V>, 'model'> {
  readonly key: K
  readonly model: Model<R, V>
}

/** An event of the model of a key; the key is undefined for a row that has none. */
export type EventByKey<K extends Value = Value> = ModelEvent & { readonly key: K | undefined }

export interface CountersByKey {
  /** The number of keys whose model made room for another key's. */
  readonly evicted: number
  /** The number of rows without a key; rows that a model rejects are counted by that model. */
  readonly rejected: number
}

/** The models of all keys, as they stand after a row; learning goes on from it with the same bits. */
export interface SnapshotByKey<K extends Value = Value> {
  readonly kind: 'byKey'
  readonly format: 1
  /** The keys, the least recently seen first, and the snapshot of each one's model. */
  readonly keys: readonly K[]
  readonly snapshots: readonly Snapshot[]
  readonly counters: CountersByKey
  readonly cursor: Cursor | undefined
}
