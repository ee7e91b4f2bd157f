import type { Learned, Model } from '../model.js'
import type { AnyValue, Row } from '../values.js'

/** What the champion predicted for a row, which all models have learned. */
export interface Competed<R = Row, V extends AnyValue = AnyValue, N extends string = string, M = Model<R, V>>
  extends Omit<Learned<R, V>, 'model'> {
  readonly model: M
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

/** How a challenger compares with the champion. */
export interface Evidence {
  /** The number of rows for which the sum S of the test has been above 0: those that speak for the challenger. */
  readonly rows: number
  /** How many of them the champion gave no prediction for, as where it rejects a row, and the challenger did. */
  readonly refused: number
  /** What the champion and the challenger lost at each row that both predicted, on average; NaN if there are none. */
  readonly champion: number
  readonly challenger: number
  /** The deviation of the difference from row to row, over rows that fade. */
  readonly deviation: number
  /** S, and the threshold h beyond which the challenger becomes the champion. */
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
