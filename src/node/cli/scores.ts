import { type ScoreboardReport, scoreboard } from '../../metrics/index.js'
import type { Field, LearnedRows } from '../../types.js'

/** The model's score beside the baselines', over everything that was learned. */
export interface Scores {
  observe(learned: LearnedRows): void
  report(): ScoreboardReport
}

export const openScores = (target: Field): Scores => {
  const board = scoreboard({ task: target.kind === 'category' ? 'classification' : 'regression' })
  const state = board.init()
  let known = target.kind === 'category' ? target.values.length : 0
  return {
    observe: ({ actual, predictions }) => {
      if (predictions === undefined) return
      const { size, values, probabilities } = predictions
      const width = size === 0 ? 0 : (probabilities?.length ?? 0) / size
      for (let i = 0; i < size; i++) {
        const truth = actual[i]!
        if (Number.isNaN(truth)) continue
        board.update(state, {
          actual: truth,
          predicted: values[i]!,
          weight: 1,
          ...(probabilities !== undefined && { probabilities: probabilities.subarray(i * width, i * width + known) }),
        })
        // A class is scored as unknown until its first row was learned.
        if (truth >= known) known = truth + 1
      }
    },
    report: () => board.report(state),
  }
}
