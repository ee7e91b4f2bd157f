import { isCategory } from '../../../features/field.js'
import { createAdaptiveIntervals, type IntervalState, problemOfState } from '../../../intervals/adaptive.js'
import { followIntervals } from '../../../intervals/follow.js'
import {
  type Coverage,
  coverageOf,
  type Interval,
  type IntervalColumns,
  intervalOf,
} from '../../../intervals/intervalOf.js'
import { type AnyLearned, observing } from '../../../metrics/observed.js'
import { bringKeep } from '../../../model/keep.js'
import type { Model } from '../../../model.js'
import type { Prediction } from '../../../records.js'
import type { Row } from '../../../values.js'
import { InputError } from '../../sources/index.js'

/** Where a model's numbers are expected, by the errors that it has made so far. */
export interface Expected {
  /** Adds to a record what was expected of its rows. */
  follow<I extends AnyLearned<Row>>(learned: I): I & { readonly interval: Interval | IntervalColumns }
  /** Returns what is expected of any prediction. */
  of(prediction: Prediction<unknown>): Interval
  /** Returns the share of numbers so far that lay within their intervals, and below each quantile. */
  coverage(): Coverage
  release(): void
}

export interface ExpectedConfig {
  /** The share of numbers that are to lie within their intervals; undefined for no intervals. */
  readonly confidence?: number | undefined
  /** The levels of the quantiles; undefined for none. */
  readonly quantiles?: readonly number[] | undefined
}

const SETTINGS = { window: 500, rate: 0.005 }
const NAME = 'quantiles'

/**
 * Follows the errors of a model; undefined if neither intervals nor quantiles are wanted.
 *
 * @throws InputError if the target is a category
 */
export const openExpected = (model: Model, { confidence, quantiles }: ExpectedConfig): Expected | undefined => {
  if (confidence === undefined && quantiles === undefined) return undefined
  const [[target, field]] = Object.entries(model.target)
  if (isCategory(field))
    throw new InputError(
      `--${quantiles ? 'quantiles are' : 'confidence is that'} of numbers, but ${target} is a category, which has probabilities; leave it out.`,
    )
  bringKeep()
  const adaptive = createAdaptiveIntervals({ ...SETTINGS, coverage: confidence ?? 0.9, levels: quantiles })
  const problemOf = (saved: unknown): string | undefined => problemOfState(saved, target, SETTINGS.window, quantiles)
  const kept = model.stages.keep(NAME, (): IntervalState => adaptive.init(target), { problemOf })
  const follow = followIntervals<Row>(kept, adaptive, observing(model, target), 1)
  return {
    follow: (learned) => ({ ...learned, interval: follow(learned) }),
    of: (prediction) => intervalOf(model, prediction, NAME),
    coverage: () => coverageOf(kept.value),
    release: () => kept.release(),
  }
}
