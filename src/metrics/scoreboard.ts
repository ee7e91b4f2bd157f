import type { Baseline } from '../baselines/baseline.js'
import { majorityClass } from '../baselines/majorityClass.js'
import { mean } from '../baselines/mean.js'
import { noChange } from '../baselines/noChange.js'
import { checkNumber } from '../options/checkNumber.js'
import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { accuracy } from './accuracy.js'
import { bandedForms } from './bandedForms.js'
import { bandsOf } from './bands.js'
import { cumulative } from './cumulative.js'
import { fading } from './fading.js'
import { type Foreseen, foreseenBy } from './foresight.js'
import { logLoss } from './logLoss.js'
import { mae } from './mae.js'
import type { Metric, Observation } from './metric.js'
import { observingBaselines } from './observedBaseline.js'
import { checkScores, problemOfScores } from './problemOfScores.js'
import { r2 } from './r2.js'
import { rmse } from './rmse.js'
import { rolling } from './rolling.js'
import { createBlock, type Forms } from './scoreboardBlock.js'
import { checkMembers } from './scoreboardChecks.js'
import { createUpdateColumns, type UpdateColumns } from './scoreboardColumns.js'
import type { PlayerState, Score, ScoreboardReport, ScoreboardState } from './scoreboardState.js'

export interface ScoreboardConfig {
  readonly task: Metric['task']
  /** The metrics. Default: MAE, RMSE and R² for numbers; accuracy and log loss for categories. */
  readonly metrics?: readonly Metric[] | undefined
  /** The baselines. Default: no-change, and running mean or majority class. */
  readonly baselines?: readonly Baseline[] | undefined
  /** The number of rows in the rolling window. Default: 1000. */
  readonly rolling?: number | undefined
  /** The factor of the fading form. Default: 0.999. */
  readonly fading?: number | undefined
  /** The share of true scores that are to lie within their bands, such as 0.95. Default: no bands. */
  readonly confidence?: number | undefined
}

export const scoreDefaults: Readonly<Record<Exclude<keyof ScoreboardConfig, 'task'>, undefined>> = {
  ...{ metrics: undefined, baselines: undefined, rolling: undefined, fading: undefined, confidence: undefined },
}

export interface Scoreboard {
  init(): ScoreboardState
  /**
   * Scores a row.
   *
   * @param foreseen what the baselines expected of the row when it was predicted, if that was earlier
   */
  update(state: ScoreboardState, observation: Observation, foreseen?: readonly Foreseen[]): void
  /** Returns what the baselines expect of the row so many rows ahead, of which 1 is the next. */
  foresee(state: ScoreboardState, ahead: number): readonly Foreseen[]
  /** Does what `update` does for the rows from one to before another, in their order, in less time. */
  updateRows(state: ScoreboardState, from: number, to: number, observationOf: (i: number) => Observation): void
  /** Does it for rows in columns, in the least time; undefined if a metric or a baseline reads more than columns hold. */
  readonly updateColumns: UpdateColumns | undefined
  report(state: ScoreboardState): ScoreboardReport
  /** Returns what is wrong with a saved state, such as that it is of another configuration; undefined if nothing is. */
  problemOf(saved: unknown): string | undefined
  /** Returns a saved state as this scoreboard's state; throws a TypeError if something is wrong with it. */
  resume(saved: unknown): ScoreboardState
}

/**
 * The scores of a model and of every baseline on the same rows: each metric in its cumulative, rolling and fading form.
 *
 * For each row the baselines predict, all players are scored, then the baselines learn the truth. A row counts if it
 * has a truth, a finite prediction and a weight above 0; if only the prediction is missing, the baselines still learn.
 * Before its first target a baseline predicts 0 (as a new model does) or no class, which counts as wrong: no-change
 * therefore has the same 38,664 of 45,312 on electricity as in River. `evaluate` leaves out the rows that were
 * predicted before any was learned, by a `predicted` of NaN.
 *
 * With a `confidence`, each score has the band within which its true value probably lies.
 *
 * @throws RangeError if a metric or baseline is for the other task, two have the same name, or a confidence is not
 * above 0 and at most 0.99
 * @example
 * const board = scoreboard({ task: 'regression' })
 * const state = board.init()
 * board.update(state, { actual: 310, predicted: 295, weight: 1 })
 * board.report(state).metrics[0]   // { name: 'MAE', model: { cumulative: 15, … }, baselines: { 'no-change': … } }
 */
export function scoreboard(config: ScoreboardConfig): Scoreboard {
  return scoreboardOf(config, true)
}

/** @param lately whether to keep the rolling and fading forms too; without them they are NaN, at half the cost */
export function scoreboardOf(given: ScoreboardConfig, lately: boolean): Scoreboard {
  const config = optionsOf('scoreboard', given, { ...scoreDefaults, task: undefined })
  const { task = 'regression' } = config
  oneOf('scoreboard', 'task', task, ['regression', 'classification'])
  const numeric = task === 'regression'
  const metrics = config.metrics ?? (numeric ? [mae(), rmse(), r2()] : [accuracy(), logLoss()])
  const baselines: readonly Baseline[] = config.baselines ?? [noChange(), numeric ? mean() : majorityClass()]
  checkMembers(task, metrics, baselines)
  const { confidence } = config
  if (confidence !== undefined) checkNumber('scoreboard: confidence', confidence, { open: true, most: 0.99 })
  const forms = metrics.map((metric): Forms => {
    const whole = { metric, cumulative: cumulative(metric), fading: fading(metric, config.fading) }
    const kept = confidence === undefined ? whole : bandedForms(whole, config.fading)
    // The forms of all rows are read through this object, and one that is built by a spread takes a tenth longer.
    return { metric, cumulative: kept.cumulative, rolling: rolling(metric, config.rolling), fading: kept.fading }
  })
  const measured: number[] = []
  const block = createBlock(forms, baselines.length + 1, lately)
  const observe = observingBaselines(numeric)

  function score(scores: PlayerState, observation: Observation): void {
    for (let i = 0; i < forms.length; i += 1) {
      // The three forms share one measurement, so that a log loss computes its logarithm once.
      forms[i].metric.measure(observation, measured)
      forms[i].cumulative.add(scores[i].cumulative, measured)
      if (!lately) continue
      forms[i].rolling.add(scores[i].rolling, measured)
      forms[i].fading.add(scores[i].fading, measured)
    }
  }

  /** Lets all players predict a row, hands each observation on, and lets the baselines learn the row. */
  function play(
    state: ScoreboardState,
    observation: Observation,
    each: (player: number, seen: Observation) => void,
    foreseen?: readonly Foreseen[],
  ): boolean {
    const actual = observation.committed ?? observation.actual
    if (!Number.isFinite(actual)) return false
    const weight = Number.isFinite(observation.weight) ? Math.max(0, observation.weight) : 0
    const scored = weight > 0 && Number.isFinite(observation.predicted)
    if (scored) each(0, observation)
    for (let i = 0; i < baselines.length; i += 1) {
      const own = state.baselines[i].state
      if (scored) each(i + 1, observe(baselines[i], own, actual, weight, foreseen?.[i], observation.targets))
      baselines[i].update(own, actual, weight)
    }
    if (scored) state.rows += 1
    else state.unscored += 1
    return scored
  }

  function valuesOf(scores: PlayerState, i: number): Score {
    const values = {
      cumulative: forms[i].cumulative.value(scores[i].cumulative),
      rolling: forms[i].rolling.value(scores[i].rolling),
      fading: forms[i].fading.value(scores[i].fading),
    }
    return confidence === undefined
      ? values
      : { ...values, bands: bandsOf(forms[i].metric, scores[i], values, confidence) }
  }

  function init(): ScoreboardState {
    const start = (): PlayerState =>
      forms.map((form) => ({
        cumulative: form.cumulative.init(),
        rolling: form.rolling.init(),
        fading: form.fading.init(),
      }))
    return {
      rows: 0,
      unscored: 0,
      metrics: metrics.map(({ name }) => name),
      baselines: baselines.map((baseline) => ({ name: baseline.name, state: baseline.init() })),
      scores: [start(), ...baselines.map(start)],
    }
  }

  const problemOf = (saved: unknown): string | undefined => problemOfScores(saved, init(), metrics)

  return {
    init,
    update(state, observation, foreseen) {
      play(state, observation, (player, seen) => score(state.scores[player], seen), foreseen)
    },
    foresee: (state, ahead) => foreseenBy(baselines, state, ahead),
    updateRows(state, from, to, observationOf) {
      for (let i = from; i < to; i += 1) if (play(state, observationOf(i), block.measure)) block.next(state.scores)
      block.flush(state.scores)
    },
    updateColumns: createUpdateColumns(forms, baselines, numeric, lately),
    report(state) {
      return {
        rows: state.rows,
        unscored: state.unscored,
        metrics: metrics.map(({ name, better }, i) => ({
          name,
          better,
          model: valuesOf(state.scores[0], i),
          baselines: Object.fromEntries(baselines.map((b, j) => [b.name, valuesOf(state.scores[j + 1], i)])),
        })),
      }
    },
    problemOf,
    resume: (saved) => checkScores(saved, problemOf(saved)),
  }
}
