import { A_NAME, isName } from '../../features/refusal.js'
import type { Delayed } from '../../late.js'
import type { Learned, Model } from '../../model.js'
import { shown } from '../../options/shown.js'
import type { Prediction } from '../../records.js'
import type { AnyValue, Row } from '../../values.js'
import { createSeries, noteFirst, type SeriesState, seriesForm } from './series.js'
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
  const initial = (): SeriesState => createSeries(model.step)
  const kept = takePlace(writer, () => stages.keep(name, initial, form))

  const keyOf = (row: R): string | undefined => {
    if (by === undefined) return ''
    const key = (row as Row | null | undefined)?.[by]
    return isName(key) ? `${key}` : undefined
  }
  /** Returns the step of the oldest forecast that waits in any series. */
  const oldest = (step: number): number => {
    const { first, oldest } = kept.value
    return first.get(oldest.first() ?? '')?.at ?? step
  }
  const recordOf = (
    learned: Omit<Learned<R>, 'kind' | 'step' | 'model'>,
    forecast: Prediction<R> | undefined,
  ): Forecasted<R> => {
    const { rows, actual, predictions, losses, update, unlearned } = learned
    const { step } = model
    const awaits = forecast?.step
    const delayed: Delayed = { awaits, ahead: horizon, since: oldest(awaits ?? step) }
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
      const state = kept.value
      const { series } = state
      const key = keyOf(row)
      const rows = key === undefined ? [] : (series.get(key) ?? [])
      const due = rows.length === horizon ? rows[0] : undefined
      const { prediction, held, unlearned, learned } = late.advance(row, due, writer)
      if (!held || !prediction) return recordOf({ ...nothing, rows: [row], actual: unknown(), unlearned }, undefined)
      if (key === undefined) tellKeyless(row)
      else {
        if (due) rows.shift()
        rows.push(held)
        // The series that was seen least recently comes first.
        series.delete(key)
        series.set(key, rows)
        noteFirst(state, key)
        if (series.size > capacity) forget(state)
      }
      kept.value.step = model.step
      return recordOf(learned ?? nothing, prediction)
    },
    release() {
      kept.release()
      writer.release()
    },
  }

  /** Tells of a row without a key, which no later row follows; it is forecast, and never learned. */
  function tellKeyless(row: R): void {
    const field = by as string
    const reason = `${field} is ${shown((row as Row)[field])}; expected ${A_NAME}, which tells the series of a row`
    late.unjoined({ kind: 'rejection', reason, field, row }, 1)
  }
  function forget(state: SeriesState): void {
    const { series } = state
    const [key, rows] = series.entries().next().value as [string, readonly unknown[]]
    series.delete(key)
    noteFirst(state, key)
    late.unjoined({ by: name, key, of: 'row', reason: 'evicted' }, rows.length)
  }
}
