import type { Recent } from './recent.js'

/** The quantiles of errors at several levels: plain data, which a snapshot saves. */
export interface LevelState {
  readonly levels: readonly number[]
  /** The share of errors that is to lie below the quantile of each level up to ½, or above that of a higher one. */
  readonly shares: number[]
  /** The quantiles of each level as of each of the last steps, in the order of the bounds of intervals. */
  readonly given: number[][]
  /** For each level, the number of errors below its quantile; one that is equal counts half. */
  readonly below: number[]
}

/** How much further a bound goes for each miss beyond the largest error, as a share of the range of recent errors. */
const STRETCH = 0.1

/** Returns the error below which, or above which, a share of the recent ones is to lie. */
export const boundOf = ({ sorted, size }: Recent, share: number, above: boolean, rate: number): number => {
  const beyond = share < 0 ? (-share / rate) * STRETCH * (sorted[size - 1] - sorted[0]) : 0
  const rank = Math.min(size, Math.max(1, Math.floor(share * (size + 1))))
  return above ? sorted[size - rank] + beyond : sorted[rank - 1] - beyond
}

const isHigh = (level: number): boolean => level > 0.5
/** The share of errors that is to lie beyond the quantile of a level, seen from ½. */
const tailOf = (level: number): number => (isHigh(level) ? 1 - level : level)

export const noLevels = (levels: readonly number[]): LevelState => ({
  levels,
  shares: levels.map(tailOf),
  given: levels.map(() => []),
  below: levels.map(() => 0),
})

/** Learns on which side of the quantiles at a place an error lay. */
export const scoreLevels = (
  { levels, shares, given, below }: LevelState,
  at: number,
  error: number,
  rate: number,
): void =>
  levels.forEach((level, k) => {
    const bound = given[k][at]
    shares[k] += rate * (tailOf(level) - Number(isHigh(level) ? error > bound : error < bound))
    below[k] += error < bound ? 1 : error === bound ? 0.5 : 0
  })

/** Keeps the quantiles of the next error at a place. They adapt one by one, and are put in order. */
export const keepLevels = ({ levels, shares, given }: LevelState, at: number, recent: Recent, rate: number): void => {
  const bounds = levels.map((level, k) => boundOf(recent, shares[k], isHigh(level), rate)).sort((a, b) => a - b)
  bounds.forEach((bound, k) => {
    given[k][at] = bound
  })
}

/** Returns numbers by level: that of a place among `levels`. */
export const byLevel = <T>(levels: readonly number[], of: (k: number) => T): Readonly<Record<number, T>> =>
  Object.fromEntries(levels.map((level, k) => [level, of(k)]))

/** Tells whether a saved state is one of these levels, with so many kept quantiles of each. */
export const areLevels = (saved: unknown, levels: readonly number[], count: number): boolean => {
  const state = (saved ?? {}) as Partial<Record<keyof LevelState, unknown>>
  const areNumbers = (list: unknown, length: number): boolean =>
    Array.isArray(list) && list.length === length && list.every((x) => typeof x === 'number' && Number.isFinite(x))
  return (
    areNumbers(state.levels, levels.length) &&
    levels.every((level, k) => level === (state.levels as number[])[k]) &&
    areNumbers(state.shares, levels.length) &&
    areNumbers(state.below, levels.length) &&
    Array.isArray(state.given) &&
    state.given.length === levels.length &&
    state.given.every((list) => areNumbers(list, count))
  )
}
