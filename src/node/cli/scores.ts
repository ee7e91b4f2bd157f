import { isCategory } from '../../features/field.js'
import type { ScoreboardReport } from '../../metrics/index.js'
import { observing } from '../../metrics/observed.js'
import { scoreboardOf } from '../../metrics/scoreboard.js'
import type { LearnedRows, Model } from '../../model.js'

/** The model's score beside those of the baselines, over all learned rows. */
export interface Scores {
  observe(learned: LearnedRows): void
  report(): ScoreboardReport
}

/** @param recent whether scores over recent rows are needed as well */
export const openScores = (model: Model, recent = true): Scores => {
  const [name, target] = Object.entries(model.target)[0]
  const board = scoreboardOf({ task: isCategory(target) ? 'classification' : 'regression' }, recent)
  const state = board.init()
  const observe = observing(model, name)
  return {
    observe(learned) {
      for (let i = 0; i < learned.losses.length; i++)
        if (!Number.isNaN(learned.actual[i])) board.update(state, observe(learned, i))
    },
    report: () => board.report(state),
  }
}
