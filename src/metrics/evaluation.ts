import type { Learned, LearnedRows, Model } from '../model.js'
import type { Row } from '../values.js'
import type { ScoreboardReport } from './scoreboardState.js'

/** The running scores of a model and its baselines; a row counts with the step that learns it. */
export interface Evaluation<R = Row> {
  readonly kind: 'evaluation'
  readonly step: number
  readonly model: Model<R>
  readonly learned: Learned<R> | LearnedRows<R>
  /** Returns the scoreboard, computed on demand from the newest rows. */
  report(): ScoreboardReport
}
