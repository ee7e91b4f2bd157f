import type { Reacted } from './events.js'

/** A model of the same configuration that has learned nothing yet, but knows the names and remembers what this one does. */
export interface Twin<M> {
  readonly model: M
  /**
   * Gives the first model all that the twin has learned, as one step: θ, the optimizer's slots and the statistics. Where
   * a name has another column in one of them, it does nothing, since what was learned of it would be another name's.
   * Returns whether it was done.
   */
  adopt(): boolean
}

/** What a reaction to a drift may do to a model, between two of its steps. M is the model. */
export interface Reacting<M> {
  /** Whether no window is open, so that nothing of an unfinished step is changed. */
  ready(): boolean
  createTwin(): Twin<M>
  /**
   * Lets the scalers begin anew: each keeps its mean and its variance, but as if they came from a single number. It is a
   * step. Returns how many scalers there are; 0 if no number is scaled.
   */
  resetScalers(): number
  /** The number of scalers. */
  readonly scalers: number
  /** The learning rate η, which is set without an event. */
  rate(): number
  setRate(rate: number): void
  /** Lets the optimizer adapt fast again from the next step on; undefined if it has no sums to reduce. */
  readonly adaptFast: (() => void) | undefined
  /** Raises an event of the present step. */
  tell(event: Omit<Reacted, 'kind' | 'step'>): void
}
