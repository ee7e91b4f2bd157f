import { exp64 } from '../program/elementary/index.js'

/** The state of the test, as plain JSON data. */
export interface PairedState {
  /** The number of differences, and their weight where earlier ones have faded. */
  count: number
  weight: number
  /** The mean of the differences, and the sum of the squares around it. */
  mean: number
  squares: number
  /** S, the number of rows since it was last 0, and what the champion and the challenger lost at them. */
  sum: number
  rows: number
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
  /** Reads what the champion and the challenger lost at a row; it returns whether that decides for the challenger. */
  update(state: PairedState, champion: number, challenger: number): boolean
  /** The deviation σ of the differences. */
  deviation(state: PairedState): number
}

/** A single row counts as at most so many deviations, so that no outlier decides alone. */
const MOST = 4
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
 * That holds for differences that do not depend on one another; those of a slow series do, and decide sooner.
 *
 * @see E. S. Page (1954), Continuous Inspection Schemes, Biometrika 41; D. Siegmund (1985), Sequential Analysis, §2.6
 */
export const pairedCusum = ({ fading, advantage, runLength, wait }: PairedConfig): PairedTest => {
  const k = advantage / 2
  const threshold = thresholdOf(k, runLength)
  const deviation = ({ squares, weight }: PairedState): number => (weight > 0 ? Math.sqrt(squares / weight) : 0)
  return {
    threshold,
    init: () => ({ count: 0, weight: 0, mean: 0, squares: 0, sum: 0, rows: 0, champion: 0, challenger: 0 }),
    update(state, champion, challenger) {
      const difference = champion - challenger
      state.count += 1
      state.weight = fading * state.weight + 1
      const before = difference - state.mean
      state.mean += before / state.weight
      state.squares = fading * state.squares + before * (difference - state.mean)
      if (state.count <= wait) return false
      const sigma = deviation(state)
      const z = sigma > 0 ? difference / sigma : 0
      state.sum = Math.max(0, state.sum + Math.max(-MOST, Math.min(MOST, z)) - k)
      const goesOn = state.sum > 0
      state.rows = goesOn ? state.rows + 1 : 0
      state.champion = goesOn ? state.champion + champion : 0
      state.challenger = goesOn ? state.challenger + challenger : 0
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
