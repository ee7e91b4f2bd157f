import type { Interval, IntervalColumns } from '../src/intervals/intervalOf.js'
import type { AnyLearned } from '../src/metrics/observed.js'
import type { Forecasted } from '../src/model/late/forecaster.js'
import type { Prediction } from '../src/records.js'

/** Builds a forecast with its interval. */
export const forecastWith = <R>(
  { kind, row, step, value, values, probabilities, quantiles }: Prediction<R>,
  interval: Interval,
): Prediction<R> & { readonly interval: Interval } => {
  const record: { -readonly [K in keyof Prediction<R>]: Prediction<R>[K] } & { interval: Interval } = {
    kind,
    row,
    step,
    value,
    interval,
  }
  if (values) record.values = values
  if (probabilities) record.probabilities = probabilities
  if (quantiles) record.quantiles = quantiles
  return record
}

/** Builds a record with an interval by a literal; what another operator has added to the record stays in it. */
export const recordWith = <R>(
  learned: AnyLearned<R>,
  interval: Interval | IntervalColumns,
  forecast: Forecasted<R>['forecast'],
): AnyLearned<R> => {
  const { kind, step, model, rows, actual, predictions, losses } = learned
  const record: Record<string, unknown> = { kind, step, model, rows, actual, predictions, losses, interval }
  if (forecast) record.forecast = forecast
  for (const name in learned) if (!Object.hasOwn(record, name)) record[name] = learned[name as keyof AnyLearned<R>]
  return record as unknown as AnyLearned<R>
}
