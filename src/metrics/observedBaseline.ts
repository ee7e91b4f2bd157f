import type { Baseline } from '../baselines/baseline.js'
import type { Foreseen } from './foresight.js'
import type { Observation } from './metric.js'

/** An observation that is written anew for each row. */
type Mutable = { -readonly [K in 'actual' | 'predicted' | 'weight']: number } & {
  probabilities: number[] | undefined
  targets: Observation['targets']
}
const NONE: number[] = []

/**
 * Returns a function that reads what a metric reads about a baseline's prediction of a row; it holds until the next
 * call.
 */
export const observingBaselines = (
  numeric: boolean,
): ((
  baseline: Baseline,
  state: unknown,
  actual: number,
  weight: number,
  seen: Foreseen | undefined,
  targets: Observation['targets'],
) => Observation) => {
  const probabilities: number[] = []
  const mine: Mutable = { actual: 0, predicted: 0, probabilities: undefined, targets: undefined, weight: 0 }
  return (baseline, state, actual, weight, seen, targets) => {
    const predicted = seen ? seen.predicted : baseline.predict(state)
    mine.actual = actual
    mine.weight = weight
    mine.probabilities = undefined
    mine.targets = undefined
    if (targets) {
      // What was expected of the other targets of an earlier row is not known any more.
      const known: number[] = []
      if (!seen) baseline.predictTargets?.(state, known)
      mine.targets = { actual: targets.actual, predicted: known }
    }
    if (numeric) mine.predicted = Number.isFinite(predicted) ? predicted : 0
    else if (!(predicted >= 0)) {
      mine.predicted = -1
      mine.probabilities = NONE
    } else {
      mine.predicted = predicted
      if (seen) mine.probabilities = seen.probabilities as number[] | undefined
      else if (baseline.probabilities) {
        baseline.probabilities(state, probabilities)
        mine.probabilities = probabilities
      }
    }
    return mine as Observation
  }
}
