import type { Bands } from './band.js'
import type { CumulativeState } from './cumulative.js'
import type { FadingState } from './fading.js'
import type { RollingState } from './rolling.js'

/** The state of a scoreboard: plain JSON data, changed in place. The players are the model, then the baselines. */
export interface ScoreboardState {
  rows: number
  unscored: number
  readonly metrics: readonly string[]
  readonly baselines: { readonly name: string; readonly state: unknown }[]
  /** The states by player, then by metric. */
  readonly scores: readonly PlayerState[]
}

export type PlayerState = readonly MetricState[]

export interface MetricState {
  readonly cumulative: CumulativeState
  readonly rolling: RollingState
  readonly fading: FadingState
}

/** The three values of one metric for one player; NaN if there is no value yet. */
export interface Score {
  readonly cumulative: number
  readonly rolling: number
  readonly fading: number
  /** Where each of them probably lies, if the scoreboard has a `confidence`. */
  readonly bands?: Bands
}

export interface MetricReport {
  readonly name: string
  readonly better: 'lower' | 'higher'
  readonly model: Score
  /** The scores by the baseline's name. */
  readonly baselines: Readonly<Record<string, Score>>
}

export interface ScoreboardReport {
  /** The number of rows with a truth and a prediction; every value is computed over these. */
  readonly rows: number
  /**
   * The number of rows that had a truth but whose prediction was missing, not finite, or made before the model had
   * learned any row.
   */
  readonly unscored: number
  readonly metrics: readonly MetricReport[]
}
