import { type HeldRow, problemOfHeldRow } from '../model/late/plainRow.js'
import { checkNumber } from '../options/checkNumber.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'

export interface QuarantineConfig {
  /** How far beyond the usual losses a loss must lie, in distances from their median to their 95 % quantile. Default: 3. */
  readonly beyond?: number
  /** The number of recent losses that are usual. Default: 200. */
  readonly window?: number
}

export interface QuarantineState {
  /** The last losses, the oldest first. */
  losses: number[]
  /** Whether each of the last rows was held, and the rows of them that were. */
  recent: boolean[]
  held: HeldRow[]
  /** The numbers of rows that were held, and of those that were let through later. */
  count: number
  released: number
}

/** What becomes of a row: its loss is as usual, or it is held, or it and those held just before are a new level. */
export type Verdict = 'usual' | 'held' | 'level'

export interface Quarantine {
  init(): QuarantineState
  /** Returns the loss beyond which a row is held; ∞ while too few are known. */
  boundOf(state: QuarantineState): number
  /** Judges a row, of which a copy is kept if it is held. */
  judge(state: QuarantineState, loss: number, bound: number, copy: () => HeldRow): Verdict
  problemOf(saved: unknown): string | undefined
}

/** The number of losses from which on rows are judged. */
const LEAST = 50
/**
 * A loss up to this is never beyond the usual: that of a class that was given 1 %, and of a number that is 3.5 deviations
 * off (Huber; a number that its scaler does not trust counts as 6). A model that is hardly ever wrong learns most from
 * the few rows at which it is not sure.
 */
export const LEAST_LOSS = { category: 4.6, numeric: 3 } as const
/** Among so many rows, so many that would be held are no single faults, but a new level. */
const RECENT = 16
const MANY = 8

/** @param least the loss that is never beyond the usual; 0 for a number that is not scaled */
export const createQuarantine = (by: string, config: QuarantineConfig | undefined, least: number): Quarantine => {
  const { beyond, window } = optionsOf(by, config, { beyond: 3, window: 200 })
  checkNumber(`${by}: beyond`, beyond, { open: true })
  checkWhole(`${by}: window is`, window)
  if (window < LEAST) throw new RangeError(`${by}: window is ${window}; expected at least ${LEAST} losses.`)
  return {
    init: () => ({ losses: [], recent: [], held: [], count: 0, released: 0 }),
    boundOf({ losses }) {
      const { length } = losses
      if (length < LEAST) return Infinity
      const sorted = Float64Array.from(losses).sort()
      const [median, high] = [sorted[Math.floor(length / 2)], sorted[Math.floor(0.95 * length)]]
      return Math.max(least, high + beyond * (high - median))
    },
    judge(state, loss, bound, copy) {
      state.losses.push(loss)
      if (state.losses.length > window) state.losses.shift()
      const isHeld = loss > bound
      state.recent.push(isHeld)
      if (isHeld) state.held.push(copy())
      if (state.recent.length > RECENT && state.recent.shift()) state.held.shift()
      if (!isHeld) return 'usual'
      if (state.held.length < MANY) {
        state.count += 1
        return 'held'
      }
      // The row itself has not been held.
      state.held.pop()
      state.released += state.held.length
      state.losses = []
      state.recent = []
      return 'level'
    },
    problemOf(saved) {
      const { losses, recent, held, count, released } = (saved ?? {}) as Partial<QuarantineState>
      if (!Array.isArray(losses) || !losses.every(Number.isFinite)) return 'has no list of recent losses'
      if (losses.length > window) return `is of a window of ${losses.length} losses; expected ${window}`
      const isRecent = Array.isArray(recent) && recent.every((each) => typeof each === 'boolean')
      if (!isRecent || recent.length > RECENT || !Array.isArray(held) || recent.filter(Boolean).length !== held.length)
        return 'has no list of the rows that were held'
      const wrong = held.map(problemOfHeldRow).find((problem) => problem !== undefined)
      if (wrong) return wrong
      return isCount(count) && isCount(released) ? undefined : 'does not count what was held'
    },
  }
}

const isCount = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0
