import type { BesideOf, CommonConfig, RowOf } from '../compile/configuration.js'
import { bringExperts } from '../compile/expertsCircuit.js'
import { auto, seasonal } from '../experts/index.js'
import type { Field, Fields } from '../features/field.js'
import { lag } from '../features/lag.js'
import { type NumericField, numeric } from '../features/numeric.js'
import { type TimeField, time as timeField } from '../features/time.js'
import { createModel } from '../model/createModel.js'
import type { Model } from '../model.js'
import { checkWhole } from '../options/checkWhole.js'
import { shown } from '../options/shown.js'
import type { Value } from '../values.js'
import { madeFor } from './horizons.js'
import { type Configure, type Numbers, namedOptions } from './named.js'
import { outputsOfNumbers } from './targets.js'

export interface ForecasterOptions<Time extends string = string, By extends string = string> {
  /** The number of rows ahead, which `forecast(model)` takes from the model. Default: 1, which suits `learn(model)` as well. */
  readonly horizon?: number
  /** The number of rows after which the stream repeats itself, such as 12 for months. Default: no season. */
  readonly season?: number
  /** How many rows ago the earlier values of the target are that the model reads. Default: [1]. */
  readonly lags?: readonly number[]
  /** The column with the time of a row: its hour, weekday and month become features, as in `time()`. Default: none. */
  readonly time?: Time
  /** The column whose value tells series apart, as in `lag`. Default: all rows are one series. */
  readonly by?: By
}

export interface ForecasterConfig<
  T extends string | Numbers,
  F extends Fields,
  Time extends string = string,
  By extends string = string,
  W extends string = string,
  C extends string = string,
> extends Omit<CommonConfig<F, Fields, W, C>, 'target'>,
    ForecasterOptions<Time, By> {
  /** The number that is forecast, by its name alone or as a field; or several of them, as fields. */
  readonly target: T
}

type TargetOf<T extends string | Numbers> = T extends string ? { readonly [K in T]: NumericField } : Extract<T, Numbers>
/** The rows of a forecaster: those of its features and target, with the columns of the time and of the series. */
type RowsOf<T extends string | Numbers, F extends Fields, Time extends string, By extends string> = RowOf<
  F & { readonly [K in Time]: TimeField<'zero'> },
  TargetOf<T>
> & { readonly [K in By]?: Value | null | undefined }

type Filled = Required<Pick<ForecasterOptions, 'horizon' | 'lags'>> & Record<'season', number | undefined>
const defaults: Filled & Record<'time' | 'by', string | undefined> = {
  horizon: 1,
  season: undefined,
  lags: [1],
  time: undefined,
  by: undefined,
}

/** Returns the horizon of the model below; undefined if nothing in it depends on one, so that any will do. */
export const horizonOf = ({ horizon, season }: Pick<ForecasterOptions, 'horizon' | 'season'>): number | undefined =>
  horizon ?? (season === undefined ? undefined : defaults.horizon)

/** Returns the configuration of the model below. */
export const forecasterConfig: Configure = (config) => {
  bringExperts()
  const {
    horizon,
    season,
    lags,
    time,
    by,
    target: given,
    features,
    ...options
  } = namedOptions('forecaster', config, defaults)
  const target: Fields = typeof given === 'string' ? { [given]: numeric() } : given
  checkWhole('forecaster: horizon is', horizon, ', the number of rows ahead')
  const outputs = outputsOfNumbers('forecaster', target)
  for (const [option, name] of Object.entries({ time, by }))
    if (name !== undefined && typeof name !== 'string')
      throw new TypeError(`forecaster: ${option} is ${shown(name)}; expected the name of a column.`)
  if (by !== undefined && season !== undefined)
    throw new RangeError(
      `forecaster: season is ${shown(season)}, and by is '${by}'; expected one of them, because a season counts the rows of a single series.`,
    )
  const own: [string, Field][] = time === undefined ? [] : [[time, timeField()]]
  for (const name of Object.keys(target))
    for (const ago of lags) own.push([`${name}_lag_${ago}`, lag(name, ago, by === undefined ? {} : { by })])
  const taken = own.find(([name]) => Object.hasOwn(Object(features), name))
  if (taken)
    throw new RangeError(
      `forecaster: feature '${taken[0]}' has the name of ${taken[0] === time ? 'the time' : 'a lag'}; expected another one, or to leave it out.`,
    )
  return {
    ...options,
    features: { ...features, ...Object.fromEntries(own) },
    target,
    experts: {
      ...auto({ outputs }),
      ...(season !== undefined && { seasonal: seasonal(season, { horizon }) }),
    },
  }
}

/**
 * Creates a forecaster of a number from its own past, with nothing to tune: experts that are mixed by how well they have
 * predicted lately read earlier values of the target, the time and other features. It is, for target: 'power', time: 'at',
 * lags: [1, 24], season: 24 and a horizon of h, with all other options of `createModel`,
 *
 *     createModel({
 *       features: { ...features, at: time(), power_lag_1: lag('power', 1), power_lag_24: lag('power', 24) },
 *       target: { power: numeric() },
 *       experts: { ...experts.auto(), seasonal: experts.seasonal(24, { horizon: h }) },
 *     })
 *
 * `forecast(model)` predicts that many rows ahead, and there a lag of 1 is the row's own value. `learn(model)`
 * predicts the value of a row from the rows before it, which is a horizon of 1. Give each horizon a model of its own.
 *
 * @throws RangeError for a target that is a category, a feature of the name of the time or of a lag, and a season of
 * several series, which counts rows
 * @example
 * const model = forecaster({ target: 'passengers', time: 'month', horizon: 12, season: 12, lags: [1, 12] })
 * fromRows([{ month: '1949-01', passengers: 112 }, { month: '1949-02', passengers: 118 }])
 *   .pipe(forecast(model))
 *   .subscribe((step) => console.log(step.forecast?.value))
 */
export const forecaster = <
  const T extends string | Numbers,
  F extends Fields = Record<never, never>,
  const Time extends string = never,
  const By extends string = never,
  R = RowsOf<T, F, Time, By>,
  const W extends string = string,
  const C extends string = string,
>(
  config: ForecasterConfig<T, F, Time, By, W, C>,
): Model<R & BesideOf<W, C>, number> => madeFor(createModel(forecasterConfig(config)), horizonOf(config)) as never
