import type { Expression } from '../graph/expression.js'
import { checkWhole } from '../options/checkWhole.js'
import { optionsOf } from '../options/optionsOf.js'
import { bySettings } from '../settings.js'
import type { Expert } from './expert.js'
import { whatFollows } from './whatFollows.js'

export interface SeasonalExpert extends Expert {
  readonly kind: 'seasonal'
  readonly season: number
  readonly horizon: number
}

/** The longest season, because each row moves that many labels. */
export const LONGEST = 10_000

/** How much of the seasonal change is taken from two seasons ago, and how much of the last surprise is taken back. */
const OLDER = 1 / 3
const SURPRISE = 0.2

/**
 * Creates an expert that expects the changes c_t = y_t − y_(t−1) of earlier seasons, where the rows are regular in time
 * and s rows make up a season. With h = 1, the next row, it expects
 *
 *     o_t = y_(t−1) + ⅔ c_(t−s) + ⅓ c_(t−2s) − 0.2 (c_(t−1) − c_(t−1−s))
 *
 * These are the first terms of the forecast of ARIMA(0,1,1)(0,1,1)_s with θ = 0.2 and Θ = ⅓. For a horizon of h rows, as
 * in `forecast(model, { horizon })`, it sums the changes of those h rows: with the labels up to y_t,
 *
 *     ŷ_(t+h) = y_t + ⅔ (y_(t+h−s) − y_(t−s)) + ⅓ (y_(t+h−2s) − y_(t−2s)) − 0.2 (c_t − c_(t−s))
 *
 * where ŷ stands for a y that is not known yet. What is older than the first row counts as unknown: in the first season
 * it expects no change, and in the second one that of a season ago. It counts labels, so a row without one holds no place
 * in the season, and shifts it by a row. Give such a row the label of a season ago and the weight 0: it is not learned,
 * but keeps its place. Several series in one stream have no season. For a category, it learns what comes after the class
 * that is whole seasons before: o = (W + 2I) e(y_(t+h−s)), which at first is the same one.
 *
 * Box and Jenkins, "Time series analysis: forecasting and control" (1970), chapter 9.
 *
 * @param config `horizon`: the number of rows from the last label to the one that is predicted. Default: 1
 * @throws RangeError for a season that is not a whole number from 2 to 10,000, or a horizon below 1
 * @example
 * createModel({
 *   features: { trend: numeric() },
 *   target: { passengers: numeric() },
 *   experts: { ...experts.auto(), seasonal: experts.seasonal(12) },
 * })
 */
export const seasonal = (season: number, config?: { readonly horizon?: number }): SeasonalExpert => {
  const { horizon } = optionsOf('experts.seasonal', config, { horizon: 1 })
  checkWhole('experts.seasonal: the season is', season, ', the number of rows after which it repeats, such as 12')
  if (season < 2 || season > LONGEST)
    throw new RangeError(`experts.seasonal: the season is ${season}; expected a whole number from 2 to ${LONGEST}.`)
  checkWhole('experts.seasonal: horizon is', horizon, ', the number of rows ahead')
  if (horizon > LONGEST)
    throw new RangeError(`experts.seasonal: horizon is ${horizon}; expected a whole number from 1 to ${LONGEST}.`)
  return bySettings({
    kind: 'seasonal',
    season,
    horizon,
    build(site) {
      const { ops, task, last } = site
      if (task === 'numeric') {
        // The label so many rows after the last one, which is at 0.
        const known = new Map<number, Expression>()
        const label = (row: number): Expression => {
          if (row <= 0) return last(1 - row)
          const forecast = known.get(row) ?? after(row)
          known.set(row, forecast)
          return forecast
        }
        const change = (from: number, to: number): Expression => ops.sub(label(to), label(from))
        const before = change(-season - 1, -season)
        // A change from before the first row is 0, as the labels there all are the first one.
        const surprise = ops.where(before, ops.sub(change(-1, 0), before), 0)
        const after = (row: number): Expression => {
          const [now, then] = [change(-season, row - season), change(-2 * season, row - 2 * season)]
          const expected = ops.add(ops.mul(1 - OLDER, now), ops.mul(OLDER, ops.where(then, then, now)))
          return ops.add(label(0), expected, ops.mul(-SURPRISE, surprise))
        }
        return label(horizon)
      }
      const before = last(season * Math.floor((horizon - 1) / season + 1) + 1 - horizon)
      return whatFollows(site, before)
    },
  })
}
