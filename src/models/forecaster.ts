import type { BesideOf, CommonConfig, RowOf } from '../compile/configuration.js'
import * as experts from '../experts/index.js'
import type { Fields } from '../features/field.js'
import { type NumericField, numeric } from '../features/numeric.js'
import { type TimeField, time as timeField } from '../features/time.js'
import { createModel } from '../model/createModel.js'
import type { Model } from '../model.js'
import { shown } from '../options/shown.js'
import type { Value } from '../values.js'
import { lagsOf } from './lagsOf.js'
import { type Numbers, namedOptions } from './named.js'
import { outputsOfNumbers } from './targets.js'

export interface ForecasterConfig<Time extends string = string, By extends string = string> {
  readonly horizon?: number
  readonly season?: number
  readonly lags?: readonly number[]
  readonly time?: Time
  readonly by?: By
}
type TargetOf<T> = T extends string ? { readonly [K in T]: NumericField } : T

export const forecaster = <
  const T extends string | Numbers,
  F extends Fields = Record<never, never>,
  const Time extends string = never,
  const By extends string = never,
  R = RowOf<F & { readonly [K in Time]: TimeField<'zero'> }, TargetOf<T> & Numbers> & {
    readonly [K in By]?: Value | Date | null | undefined
  },
  const W extends string = string,
  const C extends string = string,
>(
  config: Omit<CommonConfig<F, Fields, W, C>, 'target'> & ForecasterConfig<Time, By> & { readonly target: T },
): Model<R & BesideOf<W, C>, number> => {
  const {
    horizon,
    season,
    lags,
    time,
    by,
    target: given,
    features,
    ...options
  } = namedOptions('forecaster', config, {
    horizon: 1,
    season: undefined as number | undefined,
    lags: [1] as readonly number[],
    time: undefined as string | undefined,
    by: undefined as string | undefined,
  })
  const target: Fields = typeof given === 'string' ? { [given]: numeric() } : given
  const outputs = outputsOfNumbers('forecaster', target)
  const own = Object.keys(target).map((name) => lagsOf(name, lags, by))
  return createModel({
    ...options,
    features: Object.assign({}, features, time === undefined ? {} : { [time]: timeField() }, ...own),
    target,
    experts: {
      ...experts.auto({ outputs }),
      ...(season === undefined ? {} : { seasonal: experts.seasonal(season, { horizon }) }),
    },
  }) as never
}
