import { majorityClass, mean, noChange, seasonalNoChange } from '../../../baselines/index.js'
import { isCategory } from '../../../features/field.js'
import type { CumulativeState } from '../../../metrics/cumulative.js'
import { type Foresight, followForesight, foresightAt } from '../../../metrics/foresight.js'
import {
  cumulative,
  mae,
  pinball,
  r2,
  rmse,
  rocAuc,
  type Scoreboard,
  type ScoreboardReport,
} from '../../../metrics/index.js'
import { type AnyLearned, observing } from '../../../metrics/observed.js'
import { scoreboardOf } from '../../../metrics/scoreboard.js'
import type { ScoreboardState } from '../../../metrics/scoreboardState.js'
import type { Model } from '../../../model.js'
import type { Row } from '../../../values.js'
import { openConfusionMatrix } from './confusionMatrix.js'

/** What is known about the predictions of classes beside their scores. */
export interface ClassReport {
  readonly names: readonly string[]
  /** The counts of rows by true class and predicted class. */
  readonly counts: readonly (readonly number[])[]
  /** The area under the ROC curve of the second of two classes; NaN if there are not two. */
  readonly rocAuc: number
}

/** The model's score beside those of the baselines, over all learned rows. */
export interface Scores {
  readonly state: ScoresState
  observe(learned: AnyLearned<Row>): void
  report(): ScoreboardReport
  /** Returns what is known about the classes; undefined if the target is a number. */
  classes(): ClassReport | undefined
}

/**
 * Returns the scoreboard of a model and of the baselines for its target.
 *
 * @param recent whether scores over recent rows are needed as well
 * @param season the number of rows after which the target repeats itself; if there is one, it has a baseline
 * @param levels the levels of quantiles that are scored, if there are any
 */
export const boardFor = (
  model: Model,
  recent = true,
  season: number | 'none' = 'none',
  levels?: readonly number[],
): Scoreboard => {
  const hasClasses = isCategory(Object.values(model.target)[0])
  const seasonal = season === 'none' ? [] : [seasonalNoChange(season)]
  const baselines = [noChange(), ...seasonal, hasClasses ? majorityClass() : mean()]
  const metrics = levels && [mae(), rmse(), r2(), pinball(levels)]
  return scoreboardOf(
    { task: hasClasses ? 'classification' : 'regression', baselines, ...(metrics && { metrics }) },
    recent,
  )
}

/** What the scores of a model consist of, as plain data that grows with its rows. */
export interface ScoresState {
  readonly board: ScoreboardState
  readonly matrix: number[][]
  readonly area: CumulativeState | undefined
  /** What the baselines expected of rows whose targets come later. */
  readonly foresight: Foresight[]
}

/**
 * Opens the scores of a model, with the same settings.
 *
 * @param from the state from which they go on, which is changed in place; its rows count as well
 */
export const openScores = (
  model: Model,
  recent = true,
  season: number | 'none' = 'none',
  levels?: readonly number[],
  from?: ScoresState,
): Scores => {
  const [name, target] = Object.entries(model.target)[0]
  const hasClasses = isCategory(target)
  const board = boardFor(model, recent, season, levels)
  const area = target.names?.().capacity === 2 ? cumulative(rocAuc()) : undefined
  const whole = from ?? { board: board.init(), matrix: [], area: area?.init(), foresight: [] }
  const { board: state, area: areaState, foresight } = whole
  const observe = observing(model, name)
  const matrix = openConfusionMatrix(whole.matrix)
  return {
    state: whole,
    observe(learned) {
      const { delayed, predictions } = learned
      for (let i = 0; i < learned.actual.length; i++) {
        if (Number.isNaN(learned.actual[i])) continue
        const observation = observe(learned, i)
        const foreseen =
          delayed && predictions?.kind === 'prediction' ? foresightAt(foresight, predictions.step) : undefined
        board.update(state, observation, foreseen)
        if (!hasClasses || Number.isNaN(observation.predicted)) continue
        matrix.observe(observation)
        if (areaState) area!.update(areaState, observation)
      }
      if (delayed) followForesight(foresight, state, delayed, board.foresee)
    },
    report: () => board.report(state),
    classes: () =>
      hasClasses
        ? {
            names: model.labels.map(String),
            counts: matrix.counts(model.labels.length),
            rocAuc: areaState ? area!.value(areaState) : Number.NaN,
          }
        : undefined,
  }
}
