import type { Learned, LearnedRows, Model } from '../model.js'
import type { AnyValue, Row } from '../values.js'
import type { ScoreboardReport } from './scoreboardState.js'

/** The running scores of a model and its baselines; a row counts with the step that learns it. */
export interface Evaluation<R = Row, V extends AnyValue = AnyValue> {
  readonly kind: 'evaluation'
  readonly step: number
  readonly model: Model<R, V>
  readonly learned: Learned<R, V> | LearnedRows<R, V>
  /** Returns the scoreboard, computed on demand from the newest rows. */
  report(): ScoreboardReport
}
