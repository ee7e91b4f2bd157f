import type { Learned } from '../model.js'
import type { AnyValue, Row } from '../values.js'

/** What the champion predicted for a row, which all models have learned. */
export interface Competed<R = Row, V extends AnyValue = AnyValue, N extends string = string> extends Learned<R, V> {
  /** The name of the model whose prediction this is: the champion when the row came. */
  readonly champion: N
  /** What made another model the champion after this row, if one has become it. */
  readonly swap?: Swap<N>
  /** Returns how the models stand at the time of the call. */
  report(): Standings<N>
}

/** Another model has become the champion; all losses and differences are those of the metric. */
export interface Swap<N extends string = string> {
  readonly kind: 'swap'
  /** The step of the new champion. */
  readonly step: number
  /** The number of rows that have been compared. */
  readonly rows: number
  readonly from: N
  readonly to: N
  /** The loss of every model, over rows that fade. */
  readonly losses: Readonly<Record<N, number>>
  readonly evidence: Evidence
  /** The same, as a sentence. */
  readonly reason: string
}

/** How a challenger compares with the champion, over the rows since that model became it. */
export interface Evidence {
  readonly rows: number
  /** By how much more the champion loses at a row, on average, and the deviation of that from row to row. */
  readonly difference: number
  readonly deviation: number
  /** The sum S of the test, and the threshold h beyond which the challenger becomes the champion. */
  readonly sum: number
  readonly threshold: number
}

export interface Standing<N extends string = string> {
  readonly name: N
  readonly loss: number
  /** Undefined for the champion. */
  readonly evidence: Evidence | undefined
}

export interface Standings<N extends string = string> {
  readonly champion: N
  /** The name of the metric. */
  readonly metric: string
  /** The number of rows that have been compared, of those that have not, since a model had no prediction, and of swaps. */
  readonly rows: number
  readonly unscored: number
  readonly swaps: number
  /** The loss of what the champions of the time have predicted, over rows that fade. */
  readonly loss: number
  readonly models: readonly Standing<N>[]
}
