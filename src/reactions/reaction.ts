import type { DriftDetector, DriftLevel } from '../drift/detector.js'
import type { KeptForm } from '../late.js'
import type { AnyLearned } from '../metrics/observed.js'
import type { Model } from '../model.js'
import type { Reacting } from '../reacting.js'

/** A row that a step has learned, and what the detector says after it. */
export interface DriftRow<R> {
  readonly level: DriftLevel
  /** What the detector has read of the row; NaN if nothing. */
  readonly value: number
  /** The record with the row, and its place there. */
  readonly learned: AnyLearned<R>
  readonly index: number
}

/** What a reaction is given to work with. */
export interface ReactionSite<R> {
  readonly model: Model<R>
  readonly reacting: Reacting<Model<R>>
  readonly detector: DriftDetector
  /** Raises an event that says what was done and why. */
  tell(figures: Readonly<Record<string, number>>, reason: string): void
}

/** A reaction at work on one model. The state is kept and saved with the model's. */
export interface RunningReaction<R, S> {
  init(): S
  /** Is called for each row that a step has learned, in their order. */
  row(state: S, row: DriftRow<R>): void
  /** Is called after the rows of each element, once no window is open: only here the model may be changed. */
  settle(state: S): void
  readonly form: KeptForm<S>
}

/**
 * What is done when a detector finds a drift: a row of the table `reactions`, or an object of this form.
 *
 * @example
 * row$.pipe(learn(model), detectDrift(model, detectors.hddmW(), { react: reactions.shadow() })).subscribe()
 */
export interface Reaction {
  readonly kind: string
  /** @throws RangeError if the model has nothing on which the reaction could work */
  on<R>(site: ReactionSite<R>): RunningReaction<R, never>
}

/** Returns a reaction whose states are of type S. */
export const reactionOf = <S>(kind: string, on: <R>(site: ReactionSite<R>) => RunningReaction<R, S>): Reaction => ({
  kind,
  on: on as Reaction['on'],
})

/** What a number of a saved state may be. */
type Bound = (value: unknown) => boolean
/** Tells whether it is a number that is not below 0. */
export const isAmount: Bound = (value) => Number.isFinite(value) && (value as number) >= 0
export const isCount: Bound = (value) => Number.isSafeInteger(value) && (value as number) >= 0

/** Returns why the numbers of a saved state are not what they may be, as the rest of a sentence, or undefined. */
export const problemOfNumbers = (saved: unknown, bounds: Readonly<Record<string, Bound>>): string | undefined => {
  const state = saved as Readonly<Record<string, unknown>> | null | undefined
  for (const name of Object.keys(bounds)) {
    const value = state?.[name]
    if (!bounds[name](value))
      return typeof value === 'number' ? `has ${value} as its number ${name}` : `has no number ${name}`
  }
  return undefined
}
