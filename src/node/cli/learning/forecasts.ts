import { isCategory } from '../../../features/field.js'
import type { Interval } from '../../../intervals/intervalOf.js'
import { bringKeep } from '../../../model/keep.js'
import { bringLate } from '../../../model/late/createLate.js'
import { createForecaster, type Forecasted } from '../../../model/late/forecaster.js'
import type { Model } from '../../../model.js'
import type { Row } from '../../../values.js'
import type { RowAt } from '../../sources/index.js'
import type { Expected } from './expected.js'
import type { PredictionConfig } from './predictions.js'

export interface ForecastRequest extends PredictionConfig {
  /** The number of rows from a row to the one whose target is predicted from it. */
  readonly horizon: number
  /** The column whose values tell series apart. */
  readonly by: string | undefined
  /** Returns where a forecast is expected, if that is wanted. */
  readonly expectedOf?: Expected['of'] | undefined
}

export interface Forecasts {
  /** Learns what a row's target tells of the row `horizon` rows before it, and predicts that of the row as many after. */
  row(row: Row): Forecasted
  /** Writes what was predicted of the row, its target, and what is predicted from it, as a line of JSON. */
  line(record: Forecasted, at: RowAt): string
  release(): void
}

/** Takes the model for learning rows whose targets come `horizon` rows later. */
export const openForecasts = (model: Model, request: ForecastRequest): Forecasts => {
  const { horizon, by, target, keep, digits, file, intervals, expectedOf } = request
  bringKeep()
  bringLate()
  const forecaster = createForecaster<Row>(model, { horizon, by, capacity: 1024, name: 'forecast' })
  const hasClasses = isCategory(model.target[target])
  const rounded = (value: unknown): unknown =>
    typeof value === 'number' && !hasClasses && digits !== undefined ? Number(value.toPrecision(digits)) : value
  const expectedParts = ({ lower, upper, quantiles }: Interval): object => ({
    ...(intervals && { lower: rounded(lower), upper: rounded(upper) }),
    ...(quantiles && { quantiles: byName(quantiles, rounded) }),
  })
  return {
    row: (row) => forecaster.row(row),
    line({ predictions, forecast }, { line, row, kept = row }) {
      // A row that was rejected has no forecast, and no line.
      if (forecast === undefined) return ''
      const beside = keep.filter((name) => kept[name] !== undefined).map((name) => [name, kept[name]])
      const written = {
        ...(file !== undefined && { file: file() }),
        ...{ line, step: forecast.step, forecast: rounded(forecast.value) },
        ...(expectedOf && expectedParts(expectedOf(forecast))),
        ...(predictions !== undefined && { prediction: rounded(predictions.value) }),
        actual: row[target] ?? undefined,
        ...Object.fromEntries(beside),
      }
      return `${JSON.stringify(written)}\n`
    },
    release: () => forecaster.release(),
  }
}

const byName = (numbers: Readonly<Record<number, number>>, rounded: (value: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(numbers).map(([level, number]) => [level, rounded(number)]))
