import { exp64 } from '../program/elementary/index.js'

/** The state of the test, as plain JSON data. */
export interface PairedState {
  /** The number of differences, and their weight where earlier ones have faded. */
  count: number
  weight: number
  /** The mean of the differences, and the sum of the squares around it. */
  mean: number
  squares: number
  /**
   * S, the number of rows since it was last 0, how many of them the champion gave no prediction for, how many both gave
   * one for, and what the champion and the challenger lost at the latter.
   */
  sum: number
  rows: number
  refused: number
  scored: number
  champion: number
  challenger: number
}

export interface PairedConfig {
  readonly fading: number
  readonly advantage: number
  readonly runLength: number
  readonly wait: number
}

export interface PairedTest {
  /** h, beyond which the evidence decides. */
  readonly threshold: number
  init(): PairedState
  /**
   * Reads what the champion and the challenger lost at a row, NaN for one that gave no prediction; it returns whether
   * that decides for the challenger.
   */
  update(state: PairedState, champion: number, challenger: number): boolean
  /** The deviation σ of the differences. */
  deviation(state: PairedState): number
}

/**
 * A single row counts as at most so many deviations, so that no outlier decides alone; as just so many counts a row for
 * which only one of the two gave a prediction.
 */
const MOST = 4
/** S, and the rows and losses behind it, at its beginning. */
const NO_EVIDENCE = { sum: 0, rows: 0, refused: 0, scored: 0, champion: 0, challenger: 0 } as const
/** E of the overshoot at both ends, ρ in Siegmund's approximation, twice 0.583. */
const OVERSHOOT = 1.166

/**
 * Page's test on paired differences: with d_t the champion's loss less the challenger's, and σ their deviation,
 *
 *     S_t = max(0, S_{t−1} + d_t/σ − k),   k = advantage/2,
 *
 * decides for the challenger where S > h. Here d_t/σ is at most 4 in size, and σ is taken over the rows before too, which
 * fade. h is such that between equally good models it takes `runLength` rows on average until one is decided for:
 *
 *     runLength = (e^(2kb) − 2kb − 1) / (2k²),   b = h + 1.166.
 *
 * A row for which only one of the two gave a prediction has d_t/σ = ±4. The run length holds for differences that do not depend on one another; those of a slow series do, and decide sooner.
 *
 * @see E. S. Page (1954), Continuous Inspection Schemes, Biometrika 41; D. Siegmund (1985), Sequential Analysis, §2.6
 */
export const pairedCusum = ({ fading, advantage, runLength, wait }: PairedConfig): PairedTest => {
  const k = advantage / 2
  const threshold = thresholdOf(k, runLength)
  const deviation = ({ squares, weight }: PairedState): number => (weight > 0 ? Math.sqrt(squares / weight) : 0)
  const follow = (state: PairedState, difference: number): void => {
    state.weight = fading * state.weight + 1
    const before = difference - state.mean
    state.mean += before / state.weight
    state.squares = fading * state.squares + before * (difference - state.mean)
  }
  /** Returns a difference in deviations, at most 4 in size. */
  const deviations = (state: PairedState, difference: number): number => {
    const z = difference / deviation(state)
    // Without a deviation, or with one beyond all numbers, no row says more than another.
    return Number.isFinite(z) ? Math.max(-MOST, Math.min(MOST, z)) : 0
  }
  return {
    threshold,
    init: () => ({ count: 0, weight: 0, mean: 0, squares: 0, ...NO_EVIDENCE }),
    update(state, champion, challenger) {
      const scored = !Number.isNaN(champion) && !Number.isNaN(challenger)
      state.count += 1
      if (scored) follow(state, champion - challenger)
      if (state.count <= wait) return false
      const z = scored ? deviations(state, champion - challenger) : Number.isNaN(champion) ? MOST : -MOST
      state.sum = Math.max(0, state.sum + z - k)
      if (state.sum === 0) Object.assign(state, NO_EVIDENCE)
      else {
        state.rows += 1
        if (scored) {
          state.scored += 1
          state.champion += champion
          state.challenger += challenger
        } else if (Number.isNaN(champion)) state.refused += 1
      }
      return state.sum > threshold
    },
    deviation,
  }
}

/** Returns h by bisection, since the run length rises with it. */
const thresholdOf = (k: number, runLength: number): number => {
  const lengthAt = (h: number): number => {
    const x = 2 * k * (h + OVERSHOOT)
    return (exp64(x) - x - 1) / (2 * k * k)
  }
  let low = 0
  let high = 1
  while (lengthAt(high) < runLength) high *= 2
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (lengthAt(middle) < runLength) low = middle
    else high = middle
  }
  return high
}
