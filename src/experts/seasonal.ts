import type { Expression } from '../graph/expression.js'
import { checkWhole } from '../options/checkWhole.js'
import { bySettings } from '../settings.js'
import type { Expert } from './expert.js'

export interface SeasonalExpert extends Expert {
  readonly kind: 'seasonal'
  readonly season: number
}

/** The longest season, because each row moves that many labels. */
export const LONGEST = 10_000

/** How much of the seasonal change is taken from two seasons ago, and how much of the last surprise is taken back. */
const OLDER = 1 / 3
const SURPRISE = 0.2

/**
 * Creates an expert that expects the changes c_t = y_t − y_(t−1) of earlier seasons, where the rows are regular in time
 * and s rows make up a season:
 *
 *     o_t = y_(t−1) + ⅔ c_(t−s) + ⅓ c_(t−2s) − 0.2 (c_(t−1) − c_(t−1−s))
 *
 * These are the first terms of the forecast of ARIMA(0,1,1)(0,1,1)_s with θ = 0.2 and Θ = ⅓. What is older than the
 * first row counts as unknown: in the first season it expects no change, and in the second one that of a season ago.
 * For a category, it learns what comes one season after each class: o_t = W e(y_(t−s)).
 *
 * Box and Jenkins, "Time series analysis: forecasting and control" (1970), chapter 9.
 *
 * @example
 * createModel({
 *   features: { trend: numeric() },
 *   target: { passengers: numeric() },
 *   experts: { ...experts.auto(), seasonal: experts.seasonal(12) },
 * })
 */
export const seasonal = (season: number): SeasonalExpert => {
  checkWhole('experts.seasonal: the season is', season, ', the number of rows after which it repeats, such as 12')
  if (season < 2 || season > LONGEST)
    throw new RangeError(`experts.seasonal: the season is ${season}; expected a whole number from 2 to ${LONGEST}.`)
  return bySettings({
    kind: 'seasonal',
    season,
    build({ name, ops, outputs, task, last }) {
      if (task === 'numeric') {
        const change = (ago: number): Expression => ops.sub(last(ago), last(ago + 1))
        const [now, then] = [change(season), change(2 * season)]
        // A change from before the first row is 0, as the labels there all are the first one.
        const expected = ops.add(ops.mul(1 - OLDER, now), ops.mul(OLDER, ops.where(then, then, now)))
        const before = change(season + 1)
        const surprise = ops.where(before, ops.sub(change(1), before), 0)
        return ops.add(last(1), expected, ops.mul(-SURPRISE, surprise))
      }
      const before = last(season)
      return ops.dense(before, ops.weight(`${name}.W`, { shape: [before.shape[0], outputs], fanIn: 1 }))
    },
  })
}
