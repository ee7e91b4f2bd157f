import { checkNumber } from '../options/checkNumber.js'
import { optionsOf } from '../options/optionsOf.js'
import { pow64 } from '../program/elementary/index.js'

export interface BalanceConfig {
  /** The factor by which earlier rows count less at each row. Default: 0.9999. */
  readonly fading?: number
  /** The largest weight. Default: 100. */
  readonly most?: number
  /** The power s of the weight: 1 lets all classes count the same, 0 changes nothing. Default: 0.5. */
  readonly strength?: number
}

/** The faded number of rows of each class, by column. */
export interface BalanceState {
  readonly counts: number[]
}

export interface Balance {
  init(): BalanceState
  /** Counts a row of a class. */
  count(state: BalanceState, column: number): void
  /**
   * Returns the weight of a row of a class: (n/(K·n_c))^s, with n the rows so far, n_c those of its class, and K the
   * number of classes. For s = 1 all classes weigh the same, and the mean weight is 1. A class that has not been counted,
   * as of a row that is older than the counts, weighs 1.
   */
  weightOf(state: BalanceState, column: number): number
  problemOf(saved: unknown): string | undefined
}

export const createBalance = (by: string, config: BalanceConfig | undefined): Balance => {
  const { fading, most, strength } = optionsOf(by, config, { fading: 0.9999, most: 100, strength: 0.5 })
  checkNumber(`${by}: fading`, fading, { open: true, most: 1 })
  checkNumber(`${by}: most`, most, { from: 1 })
  checkNumber(`${by}: strength`, strength, { most: 1 })
  return {
    init: () => ({ counts: [] }),
    count({ counts }, column) {
      while (counts.length <= column) counts.push(0)
      for (let i = 0; i < counts.length; i++) counts[i] *= fading
      counts[column] += 1
    },
    weightOf({ counts }, column) {
      if (!(counts[column] > 0)) return 1
      let sum = 0
      let classes = 0
      for (const count of counts) {
        sum += count
        if (count > 0) classes += 1
      }
      return Math.min(most, pow64(sum / (classes * counts[column]), strength))
    },
    problemOf(saved) {
      const { counts } = (saved ?? {}) as Partial<BalanceState>
      const ok = Array.isArray(counts) && counts.every((count) => Number.isFinite(count) && count >= 0)
      return ok ? undefined : 'has no counts of classes'
    },
  }
}
