import type { Learned, Model } from '../model.js'
import type { ModelEvent } from '../records.js'
import type { AnyValue, Row, Value } from '../values.js'

/** What the model of a key did with a row of that key. R is what a model reads, and I a row of the stream. */
export interface LearnedByKey<R = Row, K extends Value = Value, V extends AnyValue = AnyValue, I = R>
  extends Omit<Learned<I, V>, 'model'> {
  readonly key: K
  readonly model: Model<R, V>
}

/** An event of the model of a key; the key is undefined for a row that has none. */
export type EventByKey<K extends Value = Value> = ModelEvent & { readonly key: K | undefined }
