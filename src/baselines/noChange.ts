import type { Baseline } from './baseline.js'

export interface NoChangeState {
  /** The last target; null before the first one. */
  last: number | null
  /** For categories: the number of classes with an index so far, and how often the class stayed or changed. */
  classes: number
  stayed: number
  changed: number
}

/**
 * Predicts the last target again (persistence, "last class"): ŷₜ = yₜ₋₁. It is strong if consecutive targets are
 * similar.
 *
 * Its probabilities are Laplace's (stayed + 1) / (stayed + changed + 2) for the last class; the others share the rest.
 * (A constant 1, as in River, would cost 34.5 nats at each change, which makes it a useless baseline for a log loss.)
 *
 * @example scoreboard({ task: 'regression', baselines: [noChange()] })
 * @see A. Bifet et al. (2013), Pitfalls in benchmarking data stream classification, ECML PKDD
 */
export function noChange(): Baseline<NoChangeState> {
  return {
    name: 'no-change',
    tasks: ['regression', 'classification'],
    init() {
      return { last: null, classes: 0, stayed: 0, changed: 0 }
    },
    predict(state) {
      return state.last ?? Number.NaN
    },
    probabilities(state, into) {
      const { last, classes, stayed, changed } = state
      const known = last !== null && last >= 0
      const stay = (stayed + 1) / (stayed + changed + 2)
      const other = known ? (1 - stay) / Math.max(1, classes - 1) : 1 / classes
      if (into.length !== classes) into.length = classes
      for (let c = 0; c < classes; c += 1) into[c] = other
      if (known) into[last] = stay
    },
    update(state, actual) {
      if (actual === state.last) state.stayed += 1
      else if (state.last !== null) state.changed += 1
      // For a numeric target this count has no meaning, but then the probabilities are never read.
      state.classes = Math.max(state.classes, Math.floor(actual) + 1)
      state.last = actual
    },
    play(state, { count, actual, predicted, share, known }) {
      let { classes, stayed, changed } = state
      // NaN stands for none. What is known to be a number takes no memory at each row.
      let last = Number(state.last ?? Number.NaN)
      for (let i = 0; i < count; i += 1) {
        const truth = actual[i]
        const stay = (stayed + 1) / (stayed + changed + 2)
        predicted[i] = last
        known[i] = classes
        share[i] = truth === last ? stay : last >= 0 ? (1 - stay) / Math.max(1, classes - 1) : 1 / classes
        if (truth === last) stayed += 1
        else if (!Number.isNaN(last)) changed += 1
        classes = Math.max(classes, Math.floor(truth) + 1)
        last = truth
      }
      if (count > 0) state.last = last
      state.classes = classes
      state.stayed = stayed
      state.changed = changed
    },
  }
}
