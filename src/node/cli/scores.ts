import { isCategory } from '../../features/field.js'
import type { ScoreboardReport } from '../../metrics/index.js'
import { observing } from '../../metrics/observed.js'
import { scoreboardOf } from '../../metrics/scoreboard.js'
import type { LearnedRows, Model } from '../../model.js'

/** The model's score beside the baselines, over everything that was learned. */
export interface Scores {
  observe(learned: LearnedRows): void
  report(): ScoreboardReport
}

/** @param lately whether scores over the latest rows are looked at too */
export const openScores = (model: Model, lately = true): Scores => {
  const [name, target] = Object.entries(model.target)[0]
  const board = scoreboardOf({ task: isCategory(target) ? 'classification' : 'regression' }, lately)
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
