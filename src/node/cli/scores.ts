import { type ScoreboardReport, scoreboard } from '../../metrics/index.js'
import { observing } from '../../metrics/observed.js'
import type { LearnedRows, Model } from '../../types.js'

/** The model's score beside the baselines, over everything that was learned. */
export interface Scores {
  observe(learned: LearnedRows): void
  report(): ScoreboardReport
}

export const openScores = (model: Model): Scores => {
  const [name, target] = Object.entries(model.target)[0]!
  const board = scoreboard({ task: target.kind === 'category' ? 'classification' : 'regression' })
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
