import { createRecent, type Recent, type Ring } from '../intervals/recent.js'
import { tailSize } from './tail.js'

/** What is known of the errors of normal rows: plain data, which a snapshot saves. */
export interface JudgeState {
  /** For each error, its sizes in the last normal rows, and those of the medians. */
  readonly errors: readonly Ring[]
  readonly medians: readonly Ring[]
  /** For each error, the last ones of all rows, the oldest first. */
  readonly last: readonly number[][]
  /** The number of rows that have been learned since the beginning, or since the stream changed. */
  learned: number
  /** The number of rows since one was learned. */
  idle: number
}

export interface JudgeConfig {
  readonly targets: number
  /** The targets of each model that has several, by index: their errors are judged together as well. */
  readonly groups: readonly (readonly number[])[]
  readonly falseAlarms: number
  readonly window: number
  readonly warmUp: number
  readonly patience: number
}

/** What the errors y − ŷ of a row say: of each target, and then of each group. NaN where the number is missing. */
export interface Judgement {
  readonly errors: readonly number[]
  /** The median of the last errors, including this one. */
  readonly medians: readonly number[]
  /** Beyond ±1 is an anomaly; NaN while nothing can be said. */
  readonly scores: readonly number[]
}

export interface Judge {
  init(): JudgeState
  /** @param errors those of the targets */
  judge(state: JudgeState, errors: readonly number[]): Judgement
  /** Returns how improbable the errors of a row are together, as the sum of the squares of their scores. */
  strangeness(state: JudgeState, errors: readonly number[]): number
  /** Learns how large the errors of a normal row are. */
  learn(state: JudgeState, judgement: Judgement): void
}

/** The number of errors that a median is taken of. A fault that stays is found by it after half as many rows. */
export const LAST = 15

/**
 * Judges rows by how far predictions are off. With the error e = y − ŷ of a target, m the median of its last 15 errors,
 * and z(x) for the size that a share of `falseAlarms` of the sizes of x in normal rows exceeds, by their tail,
 *
 *     s = max(|e|/z(e), |m|/z(m))
 *
 * A row is an anomaly if s > 1 for a target. Where a model has several targets, as an autoencoder does, the errors eⱼ of
 * a row that are there are one more error together, the root of the mean of (eⱼ/z(eⱼ))²: a row may be unlikely as a whole
 * though none of its numbers is. The error finds what is sudden, such as a spike or noise. The median finds
 * what stays, though it is too small for a single row, such as a sensor that drifts; a spike does not move it.
 */
export const createJudge = ({ targets, groups, falseAlarms, window, warmUp, patience }: JudgeConfig): Judge => {
  const count = targets + groups.length
  let owner: JudgeState | undefined
  let sizes: { readonly errors: readonly Recent[]; readonly medians: readonly Recent[] } = { errors: [], medians: [] }
  /** Returns the sizes in order. They are sorted anew for a state from a snapshot. */
  const sizesOf = (state: JudgeState): typeof sizes => {
    if (owner !== state) {
      owner = state
      const sorted = (ring: Ring): Recent => createRecent(ring, window)
      sizes = { errors: state.errors.map(sorted), medians: state.medians.map(sorted) }
    }
    return sizes
  }
  const share = falseAlarms / (2 * count)
  /** Tells how large a number is beside the largest normal ones; any is larger than errors that were always 0. */
  const scoreOf = (value: number, { sorted, size }: Recent): number => {
    if (value === 0) return 0
    const score = value / tailSize(sorted, size, share)
    return Math.max(-Number.MAX_VALUE, Math.min(score, Number.MAX_VALUE))
  }
  const each = <T>(of: (j: number) => T): T[] => Array.from({ length: count }, (_, j) => of(j))
  /** Returns the error of a group; NaN while the sizes of an error in it are not known. */
  const together = (group: readonly number[], errors: readonly number[], known: readonly Recent[]): number => {
    let [sum, present] = [0, 0]
    for (const j of group) {
      if (Number.isNaN(errors[j])) continue
      if (known[j].size < warmUp) return Number.NaN
      const score = scoreOf(errors[j], known[j])
      sum += score * score
      present++
    }
    return present === 0 ? Number.NaN : Math.sqrt(sum / present)
  }
  const emptyRings = (): Ring[] => each(() => ({ values: [], next: 0 }))
  const forget = (state: JudgeState): void => {
    for (const ring of [...state.errors, ...state.medians]) {
      ring.values.length = 0
      ring.next = 0
    }
    owner = undefined
    state.learned = 0
    state.idle = 0
  }
  return {
    init: () => ({ errors: emptyRings(), medians: emptyRings(), last: each(() => []), learned: 0, idle: 0 }),
    judge(state, given) {
      if (++state.idle > patience) forget(state)
      const known = sizesOf(state)
      const errors = [...given, ...groups.map((group) => together(group, given, known.errors))]
      const medians = each((j) => {
        if (!Number.isFinite(errors[j])) return Number.NaN
        const last = state.last[j]
        last.push(errors[j])
        if (last.length > LAST) last.shift()
        return last.length < LAST ? 0 : Float64Array.from(last).sort()[LAST >> 1]
      })
      const scores = each((j) => {
        if (Number.isNaN(errors[j]) || known.errors[j].size < warmUp) return Number.NaN
        const byError = scoreOf(errors[j], known.errors[j])
        if (j >= targets || !Number.isFinite(errors[j])) return byError
        const byMedian = scoreOf(medians[j], known.medians[j])
        return Math.abs(byMedian) > Math.abs(byError) ? byMedian : byError
      })
      return { errors, medians, scores }
    },
    strangeness(state, errors) {
      const known = sizesOf(state).errors
      return errors.reduce((sum, error, j) => {
        const score = Number.isNaN(error) ? 0 : scoreOf(error, known[j])
        return sum + score * score
      }, 0)
    },
    learn(state, { errors, medians }) {
      state.idle = 0
      if (state.learned++ < warmUp) return
      const known = sizesOf(state)
      errors.forEach((error, j) => {
        if (!Number.isFinite(error)) return
        known.errors[j].add(Math.abs(error))
        known.medians[j].add(Math.abs(medians[j]))
      })
    },
  }
}
