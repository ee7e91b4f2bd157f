import { isName } from '../../features/refusal.js'
import type { Delayed } from '../../late.js'
import type { Learned, Model } from '../../model.js'
import type { Prediction } from '../../records.js'
import type { AnyValue, Row } from '../../values.js'
import { type SeriesState, seriesForm } from './series.js'
import { takePlace } from './takePlace.js'

export interface ForecasterConfig {
  readonly horizon: number
  /** The column whose value tells the series of a row; undefined if all rows are one. */
  readonly by: string | undefined
  readonly capacity: number
  readonly name: string
}

/**
 * What a row brought: what was learned of the row `horizon` rows before it, whose label it tells, and the forecast that
 * was made then; and what is expected `horizon` rows after it.
 */
export interface Forecasted<R = Row, V extends AnyValue = AnyValue> extends Learned<R, V> {
  /** The prediction of the label of a later row; undefined if this row was rejected. */
  readonly forecast: Prediction<R, V> | undefined
}

export interface Forecaster<R> {
  row(row: R): Forecasted<R>
  release(): void
}

/** Takes the model, for one writer. */
export const createForecaster = <R>(model: Model<R>, config: ForecasterConfig): Forecaster<R> => {
  const { horizon, by, capacity, name } = config
  const { stages } = model
  const writer = stages.take('forecast')
  const { late } = stages
  const form = seriesForm(horizon, late.problemOf)
  const initial = (): SeriesState => ({ step: model.step, series: new Map() })
  const kept = takePlace(writer, () => stages.keep(name, initial, form))

  const keyOf = (row: R): string | undefined => {
    if (by === undefined) return ''
    const key = (row as Row | null | undefined)?.[by]
    return isName(key) ? `${key}` : undefined
  }
  /** Returns the step of the oldest forecast that waits, of a single series. */
  const oldest = (step: number): number => kept.value.series.get('')?.[0]?.step ?? step
  const recordOf = (
    learned: Omit<Learned<R>, 'kind' | 'step' | 'model'>,
    forecast: Prediction<R> | undefined,
  ): Forecasted<R> => {
    const { rows, actual, predictions, losses, update, unlearned } = learned
    const { step } = model
    const awaits = forecast?.step
    const delayed: Delayed = { awaits, ahead: horizon, since: by === undefined ? oldest(awaits ?? step) : 0 }
    const record: { -readonly [K in keyof Forecasted<R>]: Forecasted<R>[K] } = {
      kind: 'learned',
      step,
      model,
      rows,
      actual,
      predictions,
      losses,
      forecast,
      delayed,
    }
    if (update) record.update = update
    if (unlearned?.length) record.unlearned = unlearned
    return record
  }
  const unknown = (): Float64Array => new Float64Array(Object.keys(model.target).length).fill(Number.NaN)
  const nothing = { rows: [], actual: new Float64Array(0), predictions: undefined, losses: Number.NaN } as const

  return {
    row(row) {
      const { series } = kept.value
      const key = keyOf(row)
      const rows = key === undefined ? [] : (series.get(key) ?? [])
      const due = rows.length === horizon ? rows[0] : undefined
      const { prediction, held, unlearned, learned } = late.advance(row, due, writer)
      if (!held || !prediction) return recordOf({ ...nothing, rows: [row], actual: unknown(), unlearned }, undefined)
      if (key !== undefined) {
        if (due) rows.shift()
        rows.push(held)
        // The series that was seen least recently comes first.
        series.delete(key)
        series.set(key, rows)
        if (series.size > capacity) forget(series)
      }
      kept.value.step = model.step
      return recordOf(learned ?? nothing, prediction)
    },
    release() {
      kept.release()
      writer.release()
    },
  }

  function forget(series: SeriesState['series']): void {
    const [key, rows] = series.entries().next().value as [string, readonly unknown[]]
    series.delete(key)
    late.unjoined({ by: name, key, of: 'row', reason: 'evicted' }, rows.length)
  }
}
