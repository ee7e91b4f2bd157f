import { map, type OperatorFunction } from 'rxjs'
import { isCategory } from '../src/features/field.js'
import { createAdaptiveIntervals, type IntervalState, problemOfState } from '../src/intervals/adaptive.js'
import { followIntervals } from '../src/intervals/follow.js'
import { type Interval, type IntervalColumns, intervalOf } from '../src/intervals/intervalOf.js'
import { type AnyLearned, observing } from '../src/metrics/observed.js'
import { bringKeep } from '../src/model/keep.js'
import type { Forecasted } from '../src/model/late/forecaster.js'
import type { Model } from '../src/model.js'
import { checkLevels } from '../src/options/checkLevels.js'
import { checkNumber } from '../src/options/checkNumber.js'
import { checkWhole } from '../src/options/checkWhole.js'
import { optionsOf } from '../src/options/optionsOf.js'
import { shown } from '../src/options/shown.js'
import type { AnyValue } from '../src/values.js'
import { checkLearned } from './checkRecord.js'
import { checkGiven } from './given.js'
import { hold } from './hold.js'
import type { Reads } from './reads.js'
import { forecastWith, recordWith } from './recordWith.js'

export interface IntervalsConfig {
  /** The share of numbers that are to lie within their intervals. Default: 0.9. */
  readonly coverage?: number
  /** The levels of quantiles that are wanted beside the interval, such as [0.1, 0.5, 0.9]. Default: none. */
  readonly levels?: readonly number[]
  /** The number of recent errors from which the bounds are taken. Default: 500. */
  readonly window?: number
  /** How fast the bounds follow misses; in the first rows they follow faster. Default: 0.005. */
  readonly rate?: number
  /** The target, where there are several. Default: the first. */
  readonly target?: string
  /** The name under which the model keeps the errors. Default: `intervals`. */
  readonly name?: string
}

/** What `intervals` adds to a record: the interval of its prediction, or of each of its predictions. */
export type WithInterval<I> = I & {
  readonly interval: I extends { readonly losses: Float64Array } ? IntervalColumns : Interval
} & (I extends { readonly forecast: infer P }
    ? { readonly forecast: (NonNullable<P> & { readonly interval: Interval }) | undefined }
    : unknown)

/**
 * Adds to each prediction the interval in which its number is expected, and follows how many numbers lay in theirs.
 *
 *     learned     a b c
 *     intervals   A B C     C.interval: { lower, upper, coverage }, from the errors of a and b alone
 *
 * By adaptive conformal inference, whatever the model and the stream: with the last errors e = y − ŷ in order of size, the
 * interval is [ŷ + e₍ₖ₎, ŷ + e₍ₙ₊₁₋ₘ₎], where k and m are as many as shall lie outside, and move with each miss so that
 * in the long run the share of numbers within is `coverage`, also under drift. The bounds are those of the step at which
 * the row was predicted; they are NaN before the first error is known. `intervalOf(model, prediction)` gives the interval
 * of any other prediction of the model. Behind `forecast`, the forecast has its interval too, and each interval is of as
 * many rows ahead. The errors are part of the model's state and are saved with it.
 *
 * With `levels`, an interval has `quantiles` by level too, which never cross. Each adapts in the same way, so that in
 * the long run this share of the numbers lies below it; `frequencies` tells which share did so far.
 *
 * @throws RangeError for a target that is a category, a coverage or a rate that is not between 0 and 1, a window below 1,
 * levels that are not between 0 and 1 in rising order, and, as a notification, a name that is in use; as a notification,
 * TypeError for a row that another model has learned
 * @example
 * row$.pipe(learn(model), intervals(model, { coverage: 0.9 }))
 *   .subscribe(({ predictions, interval }) => console.log(interval.lower, predictions?.value, interval.upper))
 * row$.pipe(learn(model), intervals(model, { levels: [0.1, 0.5, 0.9], name: 'quantiles' }))
 *   .subscribe(({ interval }) => console.log(interval.quantiles))   // { 0.1: …, 0.5: …, 0.9: … }
 * @see I. Gibbs, E. Candès (2021), Adaptive conformal inference under distribution shift
 */
export function intervals<R, I extends AnyLearned<R> = AnyLearned<R>, V extends AnyValue = AnyValue>(
  model: Model<R, V>,
  config?: IntervalsConfig,
): OperatorFunction<
  Reads<
    I,
    AnyLearned<unknown>,
    'intervals(model) reads how far a prediction was off: learn(model) belongs in front of it.'
  >,
  WithInterval<I>
>
export function intervals<R>(
  model: Model<R>,
  config?: IntervalsConfig,
): OperatorFunction<AnyLearned<R>, WithInterval<AnyLearned<R>>> {
  checkGiven('intervals: the model', model, 'learn')
  bringKeep()
  const names = Object.keys(model.target)
  const {
    coverage,
    levels: given,
    window,
    rate,
    target,
    name,
  } = optionsOf('intervals', config, {
    ...{ coverage: 0.9, levels: undefined, window: 500, rate: 0.005, target: names[0], name: 'intervals' },
  })
  checkNumber('intervals: coverage', coverage, { open: true, below: 1 })
  if (given !== undefined) checkLevels('intervals: levels', given)
  const levels = given && [...given]
  checkWhole('intervals: window is', window)
  checkNumber('intervals: rate', rate, { open: true, below: 1 })
  if (typeof name !== 'string') throw new TypeError(`intervals: name is ${shown(name)}; expected a text.`)
  const field = model.target[target]
  if (!field) throw new RangeError(`intervals: there is no target ${shown(target)}; there are ${names.join(', ')}.`)
  if (isCategory(field))
    throw new RangeError(
      `intervals: the target '${target}' is a category, which has probabilities; expected a number, as numeric() is.`,
    )
  const adaptive = createAdaptiveIntervals({ coverage, window, rate, levels })
  const observe = observing(model, target)
  const targets = names.length
  const form = { problemOf: (saved: unknown) => problemOfState(saved, target, window, levels) }
  const take = () => model.stages.keep(name, (): IntervalState => adaptive.init(target), form)

  return (source) =>
    hold(take, (kept) => {
      const follow = followIntervals(kept, adaptive, observe, targets)
      return source.pipe(
        map((learned) => {
          checkLearned('intervals', learned, model, 'intervals(model)')
          const interval = follow(learned)
          const { forecast } = learned as Partial<Forecasted<R>>
          const ahead = forecast && forecastWith(forecast, intervalOf(model, forecast, name))
          return recordWith(learned, interval, ahead) as WithInterval<AnyLearned<R>>
        }),
      )
    })
}
