import { isCategory } from '../features/field.js'
import type { LearnedRows, Model } from '../model.js'
import { createObservations } from './observations.js'
import { MOST_ROWS, type ScoredRows } from './scoreboardColumns.js'

/**
 * Reads one target's truths and stored predictions as columns, as `observing` does row by row. It hands on at most
 * `MOST_ROWS` rows at a time, without those that have no truth; they hold until the next ones are read.
 */
export const observingColumns = <R>(
  model: Model<R>,
  name: string,
): ((learned: LearnedRows<R>, from: number, to: number, each: (rows: ScoredRows) => void) => void) => {
  const names = Object.keys(model.target)
  const [place, targets] = [names.indexOf(name), names.length]
  const field = model.target[name]
  const numeric = !field || !isCategory(field)
  const { learnedSince } = model.stages
  const truth = new Float64Array(MOST_ROWS)
  const own = createObservations(MOST_ROWS)
  own.weight.fill(1)
  const rows: ScoredRows = { truth, model: own }

  return ({ actual, predictions }, from, to, each) => {
    const since = learnedSince()
    const { values, steps, probabilities, labels = [] } = predictions ?? {}
    const width = probabilities && values ? probabilities.length / values.length : 0
    let count = 0
    for (let i = from; i < to; i++) {
      const at = i * targets + place
      const label = actual[at]
      if (Number.isFinite(label)) {
        truth[count] = label
        own.actual[count] = label
        own.predicted[count] = values && steps && !(steps[i] < since) ? values[at] : Number.NaN
        own.weight[count] = 1
        if (!numeric && probabilities) {
          let known = width
          // `labels` were known at the first of these rows; a later name has a probability from the row on at which it
          // is known.
          while (known > labels.length && probabilities[i * width + known - 1] === 0) known--
          own.known[count] = known
          own.share[count] = probabilities[i * width + label]
          // A class that had no column when its row was predicted is scored as unknown, because the model could not
          // predict it.
          if (label >= known) own.actual[count] = -1
        }
        count++
      }
      if (count === MOST_ROWS || (i === to - 1 && count > 0)) {
        own.count = count
        each(rows)
        count = 0
      }
    }
  }
}
