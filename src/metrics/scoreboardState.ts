import type { CumulativeState } from './cumulative.js'
import type { FadingState } from './fading.js'
import type { RollingState } from './rolling.js'

/** Plain JSON data, changed in place. Players are the model and then the baselines. */
export interface ScoreboardState {
  rows: number
  unscored: number
  readonly metrics: readonly string[]
  readonly baselines: { readonly name: string; readonly state: unknown }[]
  /** Player by player, metric by metric. */
  readonly scores: readonly PlayerState[]
}

export type PlayerState = readonly MetricState[]

export interface MetricState {
  readonly cumulative: CumulativeState
  readonly rolling: RollingState
  readonly fading: FadingState
}

/** The three values of one metric for one player; NaN where there is none yet. */
export interface Score {
  readonly cumulative: number
  readonly rolling: number
  readonly fading: number
}

export interface MetricReport {
  readonly name: string
  readonly better: 'lower' | 'higher'
  readonly model: Score
  /** By the baseline's name. */
  readonly baselines: Readonly<Record<string, Score>>
}

export interface ScoreboardReport {
  /** Rows that had a truth and a prediction: the ones every value is taken over. */
  readonly rows: number
  /** Rows whose truth came but whose prediction was missing or not finite. */
  readonly unscored: number
  readonly metrics: readonly MetricReport[]
}
