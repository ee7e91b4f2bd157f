import { createRecent, type Recent, type Ring } from '../intervals/recent.js'
import { tailSize } from './tail.js'

/** What is known of the errors of normal rows: plain data, which a snapshot saves. */
export interface JudgeState {
  /** For each target, the last sizes of its errors, and those of the moving average of its errors. */
  readonly errors: readonly Ring[]
  readonly averages: readonly Ring[]
  /** For each target, the moving average of its errors, and that of the rows that have been learned. */
  readonly average: number[]
  readonly learned: number[]
  /** The number of flagged rows since the last normal one. */
  run: number
}

export interface JudgeConfig {
  readonly targets: number
  /** The share of normal rows that may be flagged. */
  readonly falseAlarms: number
  /** The number of recent rows that say what is normal. */
  readonly window: number
  /** The number of errors of a target from which on it is judged; at most the window. */
  readonly warmUp: number
  /** The number of flagged rows without a normal one that are a change of the stream. */
  readonly patience: number
}

export interface Judge {
  init(): JudgeState
  /**
   * Writes the score of each target of a row, above 1 if it is an anomaly, with the sign of its error; NaN for one that
   * is missing, and for all before there are enough rows.
   *
   * @param errors y − ŷ of each target, NaN for one that is missing
   */
  judge(state: JudgeState, errors: Float64Array, scores: Float64Array): void
  /** Lets the moving averages follow a row that is not flagged. */
  follow(state: JudgeState, errors: Float64Array): void
  /** Learns how large the errors of a normal row are. */
  learn(state: JudgeState, errors: Float64Array): void
  /** Counts a row that was flagged; tells whether the stream has changed, so that its rows are normal from now on. */
  flag(state: JudgeState): boolean
}

/** The weight of a row in the moving average of errors. */
const λ = 0.1

/**
 * Judges rows by how far predictions are off. With the error e = y − ŷ of a target, and z(x) for the size that a share
 * of `falseAlarms` of the last sizes of x exceeds, as `tailSize` estimates it,
 *
 *     a ← (1 − λ)a + λe,   s = max(|e|/z(e), |a|/z(a)),   λ = 0.1
 *
 * A row is flagged if s > 1 for a target. The moving average finds what is too small for a single row but stays, such as
 * a sensor that sticks. Only rows that are not flagged change a and z, so that a row after a fault is judged as if there
 * had been none.
 *
 * S. W. Roberts, "Control chart tests based on geometric moving averages" (1959).
 */
export const createJudge = ({ targets, falseAlarms, window, warmUp, patience }: JudgeConfig): Judge => {
  let owner: JudgeState | undefined
  let recent: readonly Recent[] = []
  /** The sizes in order, of the errors and then of the averages. They are sorted anew for a state from a snapshot. */
  const recentOf = (state: JudgeState): readonly Recent[] => {
    if (owner !== state) {
      owner = state
      recent = [...state.errors, ...state.averages].map((ring) => createRecent(ring, window))
    }
    return recent
  }
  const share = falseAlarms / (2 * targets)
  /** Tells how large a number is beside the largest normal ones. */
  const ratio = (value: number, { sorted, size }: Recent): number => {
    const ratio = Math.abs(value) / tailSize(sorted, size, share)
    // Nothing is larger than nothing; any number is larger than errors that were always 0.
    return value === 0 ? 0 : Math.min(ratio, Number.MAX_VALUE)
  }
  const emptyRings = (): Ring[] => Array.from({ length: targets }, () => ({ values: [], next: 0 }))
  return {
    init: () => ({
      ...{ errors: emptyRings(), averages: emptyRings() },
      ...{ average: new Array(targets).fill(0), learned: new Array(targets).fill(0), run: 0 },
    }),
    judge(state, errors, scores) {
      const sizes = recentOf(state)
      for (let j = 0; j < targets; j++) {
        const average = (1 - λ) * state.average[j] + λ * errors[j]
        const score = Math.max(ratio(errors[j], sizes[j]), ratio(average, sizes[targets + j]))
        scores[j] = sizes[j].size < warmUp ? Number.NaN : errors[j] < 0 ? -score : score
      }
    },
    follow(state, errors) {
      state.run = 0
      for (let j = 0; j < targets; j++)
        if (!Number.isNaN(errors[j])) state.average[j] += λ * (errors[j] - state.average[j])
    },
    learn(state, errors) {
      const sizes = recentOf(state)
      for (let j = 0; j < targets; j++) {
        if (Number.isNaN(errors[j])) continue
        state.learned[j] += λ * (errors[j] - state.learned[j])
        sizes[j].add(Math.abs(errors[j]))
        sizes[targets + j].add(Math.abs(state.learned[j]))
      }
    },
    flag(state) {
      if (++state.run < patience) return false
      state.run = 0
      state.average.fill(0)
      state.learned.fill(0)
      for (const ring of [...state.errors, ...state.averages]) {
        ring.values.length = 0
        ring.next = 0
      }
      owner = undefined
      return true
    },
  }
}
