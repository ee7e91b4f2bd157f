import type { Baseline } from './baseline.js'

export interface MajorityClassState {
  /** The weight of each class so far; the list grows with the classes. */
  readonly counts: number[]
  total: number
  /** The class with the greatest weight, or the lowest index among equals; -1 before the first target. */
  best: number
}

/**
 * Predicts the most frequent class so far: ŷₜ = argmax over c of n_c = Σ wᵢ[yᵢ = c], i < t.
 *
 * Its probabilities are Laplace's (n_c + 1) / (n + k) over the k classes so far, so that its log loss approaches the
 * entropy of the classes.
 *
 * @example scoreboard({ task: 'classification', baselines: [majorityClass()] })
 * @see R. C. Holte (1993), Machine Learning 11 (the rule "0R"); River dummy.PriorClassifier
 */
export function majorityClass(): Baseline<MajorityClassState> {
  return {
    name: 'majority class',
    tasks: ['classification'],
    init() {
      return { counts: [], total: 0, best: -1 }
    },
    predict(state) {
      return state.best
    },
    probabilities({ counts, total }, into) {
      if (into.length !== counts.length) into.length = counts.length
      for (let c = 0; c < counts.length; c += 1) into[c] = (counts[c] + 1) / (total + counts.length)
    },
    update: learn,
    play(state, { count, actual, weight, predicted, share, known }) {
      const { counts } = state
      for (let i = 0; i < count; i += 1) {
        predicted[i] = state.best
        known[i] = counts.length
        share[i] = (counts[actual[i]] + 1) / (state.total + counts.length)
        learn(state, actual[i], weight[i])
      }
    },
  }
}

function learn(state: MajorityClassState, actual: number, weight: number): void {
  if (actual < 0 || !(weight > 0)) return
  const { counts, best } = state
  while (counts.length <= actual) counts.push(0)
  counts[actual] += weight
  state.total += weight
  const lead = best < 0 ? 1 : counts[actual] - counts[best]
  if (lead > 0 || (lead === 0 && actual < best)) state.best = actual
}
