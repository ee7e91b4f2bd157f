/** What a detector says after a value: nothing, that a change may be coming, or that there was one. */
export type DriftLevel = 'none' | 'warning' | 'drift'

/**
 * A detector of changes in a stream of numbers, such as a model's errors. The state is plain JSON data and is changed
 * in place; after saving and loading it continues with the same bits. After a drift it begins anew by itself.
 *
 * @example
 * const hits = detectors.adwin()
 * const state = hits.init()
 * for (const miss of [0, 1, 0, 0]) if (hits.update(state, miss) === 'drift') console.log('the errors have changed')
 */
export interface DriftDetector<State = unknown> {
  readonly name: string
  /**
   * What it can read: 'number', 'share' for numbers from 0 to 1, or 'miss' for 1 where a prediction was wrong and 0
   * where it was right.
   */
  readonly reads: 'number' | 'share' | 'miss'
  init(): State
  update(state: State, value: number): DriftLevel
  /**
   * Returns why a saved state, which has the names and types of the first one, is none of this detector's, as the rest
   * of a sentence: 'has …'; undefined if there is nothing wrong. Default: nothing is.
   */
  problemOf?(saved: State): string | undefined
  /** Makes a detector that finds the same sooner and with more false alarms, for one that does not warn by itself. */
  weaker?(): DriftDetector
}

/** Whether a rise of the values is a drift, a fall, or both. */
export type Direction = 'up' | 'down' | 'both'
export const DIRECTIONS: readonly Direction[] = ['up', 'down', 'both']
