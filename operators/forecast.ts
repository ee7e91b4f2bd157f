import type { OperatorFunction } from 'rxjs'
import { bringKeep } from '../src/model/keep.js'
import { bringLate } from '../src/model/late/createLate.js'
import { createForecaster, type Forecasted } from '../src/model/late/forecaster.js'
import type { Model } from '../src/model.js'
import { horizons } from '../src/models/horizons.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import type { AnyValue } from '../src/values.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import { inTurn } from './inTurn.js'
import type { RowsFor } from './reads.js'

export interface ForecastConfig {
  /**
   * The number of rows from a row to the one whose label is predicted from it. Default: that of the model, as in
   * `forecaster({ horizon })`, or else 1.
   */
  readonly horizon?: number
  /** The column whose value identifies a row's series. Default: all rows form one series. */
  readonly by?: string
  /** The largest number of series; beyond it, the series seen least recently is forgotten. Default 1024. */
  readonly capacity?: number
  /** The name under which the model keeps the last rows. Default 'forecast'. */
  readonly name?: string
}

export type { Forecasted }

/** The furthest row that is predicted, because so many rows are kept for each series. */
const FURTHEST = 10_000

/**
 * Predicts the label that comes h rows later, directly: ŷ_(t+h) = f(x_t), where x_t is all that row t tells, its label
 * included; f has learned the labels up to y_t, each with the features of h rows before.
 *
 *     row        a   b   c   d
 *     forecast   A   B   C   D     with { horizon: 2 }: C tells how well A's forecast was, and what e is expected to be
 *
 * A row first brings the label of the row h rows before it, which is learned as it was: the forecast that was made then
 * stands beside the label, so that `evaluate` scores no prediction that could not have been made. Then the row enters
 * the memory of fields that read the target: here `lag('power', 1)` is the row's own label, and `lag('power', 2)` the one
 * before. Fields that remember other columns read as they do in `learn`: `lag('wind', 1)` is the wind of the row before.
 * Rows that are rejected are not counted, and a row without a label counts. With `by`, a row without a key is forecast,
 * told as a rejection and never learned, as no later row follows it. The last h rows are part of the model's
 * state, and are saved with it. The model is held as `learn` holds it; give each horizon a model of its own.
 *
 * @throws RangeError for a horizon that is not a whole number from 1 to 10,000 or not the model's own, or a capacity below 1; as
 * notifications, ModelInUseError when the model already has a writer, and TypeError for what is kept under the name by
 * another operator, or for another horizon
 * @example
 * row$.pipe(forecast(model, { horizon: 12 })).subscribe(({ forecast }) => console.log(forecast?.value))
 * @see S. Ben Taieb, A. F. Atiya (2016), A bias and variance analysis for multistep-ahead time series forecasting
 */
export function forecast<R, I = R, V extends AnyValue = AnyValue>(
  model: Model<R, V>,
  config?: ForecastConfig,
): OperatorFunction<RowsFor<R, I, 'forecast(model)'>, Forecasted<I, V>>
export function forecast<R>(model: Model<R>, config?: ForecastConfig): OperatorFunction<R, Forecasted<R>> {
  checkGiven('forecast: the model', model, 'learn')
  const made = horizons.get(model)
  const { horizon, by, capacity, name } = optionsOf('forecast', config, {
    ...{ horizon: made ?? 1, by: undefined, capacity: 1024, name: 'forecast' },
  })
  checkWhole('forecast: horizon is', horizon, ', the number of rows ahead')
  if (horizon > FURTHEST)
    throw new RangeError(
      `forecast: horizon is ${horizon}; expected at most ${FURTHEST}, because so many rows are kept.`,
    )
  if (made !== undefined && horizon !== made)
    throw new RangeError(
      `forecast: horizon is ${horizon}, but the model was made for ${made}; leave it out, or give it to forecaster({ horizon: ${horizon} }).`,
    )
  checkWhole('forecast: capacity is', capacity)
  if (by !== undefined && typeof by !== 'string')
    throw new TypeError(`forecast: by is ${shown(by)}; expected the name of a column, as in { by: 'device' }.`)
  if (typeof name !== 'string') throw new TypeError(`forecast: name is ${shown(name)}; expected a text.`)
  bringKeep()
  bringLate()
  return (source) =>
    hold(
      () => createForecaster(model, { horizon, by, capacity, name }),
      (forecaster) => source.pipe(inTurn((row: R) => forecaster.row(row))),
    )
}
