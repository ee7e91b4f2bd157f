import type { Observation } from './metric.js'

/** The probability from which a label is predicted. */
const THRESHOLD = 0.5
const NONE: ArrayLike<number> = []

/** The labels of a row, each by the question whether it holds, and whether it was predicted to. */
export interface Labels {
  /** The number of labels; 0 if nothing can be said of the row. */
  readonly count: number
  holds(k: number): boolean
  isPredicted(k: number): boolean
}

/** Returns the labels of a row: all targets that it has, or else its one. */
export function labelsOf({ actual, predicted, targets }: Observation): Labels {
  const truths = targets ? targets.actual : [actual]
  const guesses = targets ? targets.predicted : [predicted]
  const known = guesses.length === truths.length ? truths : NONE
  return {
    count: known.length,
    holds: (k) => truths[k] >= THRESHOLD,
    isPredicted: (k) => guesses[k] >= THRESHOLD,
  }
}
