import { isCategory } from '../../features/field.js'
import { createAdaptiveIntervals, type IntervalState, problemOfState } from '../../intervals/adaptive.js'
import { followIntervals } from '../../intervals/follow.js'
import { coverageOf, type Interval, type IntervalColumns, intervalOf } from '../../intervals/intervalOf.js'
import { type AnyLearned, observing } from '../../metrics/observed.js'
import { bringKeep } from '../../model/keep.js'
import type { Model } from '../../model.js'
import type { Prediction } from '../../records.js'
import type { Row } from '../../values.js'
import { InputError } from '../sources/index.js'

/** The quantiles of a model's predictions, by the errors that it has made so far. */
export interface Quantiles {
  readonly levels: readonly number[]
  /** Adds to a record what was expected of its rows. */
  follow<I extends AnyLearned<Row>>(learned: I): I & { readonly interval: Interval | IntervalColumns }
  /** Returns the quantiles of any prediction, by level. */
  of(prediction: Prediction<unknown>): Readonly<Record<number, number>>
  /** Returns the share of numbers so far that lay below each quantile. */
  frequencies(): Readonly<Record<number, number>>
  release(): void
}

const SETTINGS = { coverage: 0.9, window: 500, rate: 0.005 }
const NAME = 'quantiles'

/** @throws InputError if the target is a category */
export const openQuantiles = (model: Model, levels: readonly number[]): Quantiles => {
  const [[target, field]] = Object.entries(model.target)
  if (isCategory(field))
    throw new InputError(
      `--quantiles are of numbers, but ${target} is a category, which has probabilities; leave it out.`,
    )
  bringKeep()
  const adaptive = createAdaptiveIntervals({ ...SETTINGS, levels })
  const problemOf = (saved: unknown): string | undefined => problemOfState(saved, target, SETTINGS.window, levels)
  const kept = model.stages.keep(NAME, (): IntervalState => adaptive.init(target), { problemOf })
  const follow = followIntervals<Row>(kept, adaptive, observing(model, target), 1)
  return {
    levels,
    follow: (learned) => ({ ...learned, interval: follow(learned) }),
    of: (prediction) => intervalOf(model, prediction, NAME).quantiles!,
    frequencies: () => coverageOf(kept.value).frequencies!,
    release: () => kept.release(),
  }
}
