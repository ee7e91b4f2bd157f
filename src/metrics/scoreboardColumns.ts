import type { Baseline } from '../baselines/baseline.js'
import { createObservations, keepWanted, type Observations } from './observations.js'
import type { Forms } from './scoreboardBlock.js'
import type { ScoreboardState } from './scoreboardState.js'

/** The largest number of rows that are scored at once, few enough to stay in the fastest cache. */
export const MOST_ROWS = 128

/** Rows as columns: what the model predicted, and the truth that the baselines learn. */
export interface ScoredRows {
  /** The truth of each row, which is finite; a class has the column that it got. */
  readonly truth: Float64Array
  readonly model: Observations
}

/** Scores rows as `update` does one by one, with the same bits; it uses up the model's columns. */
export type UpdateColumns = (state: ScoreboardState, rows: ScoredRows) => void

/**
 * Returns what scores rows in columns, a player and a metric at a time.
 *
 * @param lately whether the rolling and fading forms are kept
 * @returns undefined if a metric or a baseline cannot read columns
 */
export function createUpdateColumns(
  forms: readonly Forms[],
  baselines: readonly Baseline[],
  numeric: boolean,
  lately: boolean,
): UpdateColumns | undefined {
  if (!forms.every(({ metric }) => metric.measureRows) || !baselines.every(({ play }) => play)) return undefined
  const columns = baselines.map(() => createObservations(MOST_ROWS))
  const scored = new Uint8Array(MOST_ROWS)
  const measured = forms.map(({ metric }): number[] => new Array(MOST_ROWS * metric.width).fill(0.5))

  /** Lets a baseline predict and learn the rows, and writes what a metric reads of it. */
  function play(baseline: Baseline, own: unknown, { truth, model }: ScoredRows, into: Observations): void {
    const { count, weight } = model
    into.count = count
    into.actual.set(truth.subarray(0, count))
    into.weight.set(weight.subarray(0, count))
    const { predicted, share, known } = into
    baseline.play?.(own, { count, actual: truth, weight, predicted, share, known })
    for (let i = 0; i < count; i += 1) {
      if (numeric) {
        if (!Number.isFinite(predicted[i])) predicted[i] = 0
      } else if (!(predicted[i] >= 0)) {
        predicted[i] = -1
        known[i] = 0
      } else if (baseline.probabilities === undefined) known[i] = -1
    }
  }

  function score(state: ScoreboardState, player: number, rows: Observations): void {
    for (let i = 0; i < forms.length; i += 1) {
      const { metric, cumulative, rolling, fading } = forms[i]
      const own = state.scores[player][i]
      metric.measureRows?.(rows, measured[i])
      cumulative.addRows(own.cumulative, measured[i], rows.count)
      if (!lately) continue
      rolling.addRows(own.rolling, measured[i], rows.count)
      fading.addRows(own.fading, measured[i], rows.count)
    }
  }

  return (state, rows) => {
    const { model } = rows
    let wanted = 0
    for (let i = 0; i < model.count; i += 1) {
      scored[i] = model.weight[i] > 0 && Number.isFinite(model.predicted[i]) ? 1 : 0
      wanted += scored[i]
    }
    const all = wanted === model.count
    state.rows += wanted
    state.unscored += model.count - wanted
    for (let b = 0; b < baselines.length; b += 1) {
      play(baselines[b], state.baselines[b].state, rows, columns[b])
      if (!all) keepWanted(columns[b], scored)
      if (wanted > 0) score(state, b + 1, columns[b])
    }
    if (!all) keepWanted(model, scored)
    if (wanted > 0) score(state, 0, model)
  }
}
