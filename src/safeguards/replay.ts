import { type HeldRow, problemOfHeldRow } from '../model/late/plainRow.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { createRandom } from '../random.js'

export interface ReplayConfig {
  /** The number of rows in the reservoir. Default: 1000. */
  readonly capacity?: number
  /** The number of earlier rows that are learned again after each row. Default: 1. */
  readonly perRow?: number
  readonly seed?: number
}

export interface ReplayState {
  /** The number of rows that came by, and of those that were drawn. */
  seen: number
  drawn: number
  readonly rows: HeldRow[]
}

export interface Replay {
  init(): ReplayState
  /** Returns the earlier rows to be learned again, drawn with equal probability and with replacement. */
  draw(state: ReplayState): readonly HeldRow[]
  /** Offers a row to the reservoir, in which each row so far then is with the same probability, capacity/n. */
  offer(state: ReplayState, copy: () => HeldRow): void
  problemOf(saved: unknown): string | undefined
}

/**
 * Algorithm R: the n-th row takes a random one of n places, if that is among the first `capacity`.
 *
 * @see J. S. Vitter (1985), Random Sampling with a Reservoir, ACM TOMS 11(1)
 */
export const createReplay = (by: string, config: ReplayConfig | undefined): Replay => {
  const { capacity, perRow, seed } = optionsOf(by, config, { capacity: 1000, perRow: 1, seed: 0 })
  checkWhole(`${by}: capacity is`, capacity)
  checkWhole(`${by}: perRow is`, perRow)
  if (!Number.isInteger(seed)) throw new RangeError(`${by}: seed is ${seed}; expected a whole number.`)
  const [places, draws] = [createRandom(seed, 'replay places'), createRandom(seed, 'replay draws')]
  return {
    init: () => ({ seen: 0, drawn: 0, rows: [] }),
    draw(state) {
      const { rows } = state
      if (rows.length === 0) return []
      return Array.from({ length: perRow }, () => rows[Math.floor(draws.uniform(state.drawn++) * rows.length)])
    },
    offer(state, copy) {
      const { rows } = state
      const place = rows.length < capacity ? rows.length : Math.floor(places.uniform(state.seen) * (state.seen + 1))
      state.seen += 1
      if (place < capacity) rows[place] = copy()
    },
    problemOf(saved) {
      const { seen, drawn, rows } = (saved ?? {}) as Partial<ReplayState>
      if (!isCount(seen) || !isCount(drawn)) return 'does not count its rows'
      const expected = Math.min(capacity, seen as number)
      if (!Array.isArray(rows) || rows.length !== expected)
        return `has a reservoir of ${Array.isArray(rows) ? rows.length : 'no'} rows; expected ${expected}`
      return rows.map(problemOfHeldRow).find((problem) => problem !== undefined)
    },
  }
}

const isCount = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0
