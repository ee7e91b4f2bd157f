import type { Model } from '../model.js'
import { shown } from '../options/shown.js'
import type { Prediction } from '../records.js'
import type { AnyValue } from '../values.js'
import type { IntervalState } from './adaptive.js'
import { boundsAt, placeAt } from './given.js'
import { byLevel } from './levels.js'

/** What is known of all intervals so far. */
export interface Coverage {
  /** The share of all numbers so far that lay within their intervals; NaN before the first. */
  readonly coverage: number
  /** By level, the share of all numbers so far that lay below their quantile; one that is equal counts half. */
  readonly frequencies?: Readonly<Record<number, number>>
}
/** Where a number is expected to lie. */
export interface Interval extends Coverage {
  /** NaN before the first error is known. */
  readonly lower: number
  readonly upper: number
  /** The quantiles by level, if levels were asked for: `quantiles[0.9]`. */
  readonly quantiles?: Readonly<Record<number, number>>
}
/** The same for each of many rows. */
export interface IntervalColumns extends Coverage {
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly quantiles?: Readonly<Record<number, Float64Array>>
}

/** Returns how often numbers so far lay within their intervals, and below their quantiles. */
export const coverageOf = ({ rows, covered, quantiles }: IntervalState): Coverage => {
  const share = (of: number): number => (rows === 0 ? Number.NaN : of / rows)
  return {
    coverage: share(covered),
    ...(quantiles && { frequencies: byLevel(quantiles.levels, (k) => share(quantiles.below[k])) }),
  }
}

/** Returns the quantiles by level of a number that is predicted at a step; undefined if no levels were asked for. */
export const quantilesAt = (
  { given, quantiles, window }: IntervalState,
  step: number,
  predicted: number,
): Interval['quantiles'] => {
  if (!quantiles) return undefined
  const at = placeAt(given, step, window)
  return byLevel(quantiles.levels, (k) => (at < 0 ? Number.NaN : predicted + quantiles.given[k][at]))
}

/**
 * Returns the interval of a prediction by the errors that `intervals(model)` has kept in its model, as of its step.
 *
 * @param name the name under which the errors are kept
 * @throws RangeError if nothing is kept under the name
 * @example
 * row$.pipe(learn(model), intervals(model)).subscribe()
 * const { lower, upper } = intervalOf(model, model.predict({ temperature: 21 }))
 */
export const intervalOf = <R, V extends AnyValue>(
  model: Model<R, V>,
  prediction: Prediction<unknown>,
  name: string = 'intervals',
): Interval => {
  const { stages } = Object(model) as Partial<Model<R, V>>
  if (typeof stages?.kept !== 'function')
    throw new TypeError(`intervalOf: the model is ${shown(model)}; expected a model, as createModel returns it.`)
  const state = stages.kept(name) as IntervalState | undefined
  if (state?.errors === undefined)
    throw new RangeError(
      `intervalOf: the model keeps no errors under ${shown(name)}; expected intervals(model) behind learn(model).`,
    )
  const { value, values, step } = Object(prediction) as Prediction<unknown>
  const number = values?.[state.target] ?? value
  if (typeof number !== 'number' || typeof step !== 'number')
    throw new TypeError(
      `intervalOf: the prediction is ${shown(prediction)}; expected one of this model, as model.predict(row) gives it.`,
    )
  const bounds = { below: 0, above: 0 }
  boundsAt(state.given, step, state.window, bounds)
  const quantiles = quantilesAt(state, step, number)
  return {
    lower: number + bounds.below,
    upper: number + bounds.above,
    ...coverageOf(state),
    ...(quantiles && { quantiles }),
  }
}
