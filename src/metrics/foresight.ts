import type { Baseline } from '../baselines/baseline.js'
import type { Delayed } from '../late.js'
import type { ScoreboardState } from './scoreboardState.js'

/** What a baseline expected of a row, as plain data. */
export interface Foreseen {
  readonly predicted: number
  /** The probabilities of the classes that the baseline knew, if it gives any. */
  readonly probabilities?: readonly number[]
}

/** What each baseline expected of the rows that were predicted from a step on, until they had learned another row. */
export interface Foresight {
  readonly step: number
  /** The number of rows from which they had learned. */
  readonly rows: number
  readonly foreseen: readonly Foreseen[]
}

/** So many of these are kept for rows whose labels are to come, unless another number is given. */
export const MOST_FORESEEN = 10_000

/** Lets each baseline say what it expects of the row so many rows ahead. */
export const foreseenBy = (
  baselines: readonly Baseline[],
  state: ScoreboardState,
  ahead: number,
): readonly Foreseen[] =>
  baselines.map((baseline, i) => {
    const own = state.baselines[i].state
    const predicted = ahead > 1 && baseline.forecast ? baseline.forecast(own, ahead) : baseline.predict(own)
    if (!baseline.probabilities || !(predicted >= 0)) return { predicted }
    const probabilities: number[] = []
    baseline.probabilities(own, probabilities)
    return { predicted, probabilities }
  })

/**
 * Keeps what the baselines expect of a row that is predicted at this step; they expect the same until they learn. Of
 * older ones than the last `most`, some are forgotten.
 */
export const noteForesight = (
  kept: Foresight[],
  { rows, unscored }: ScoreboardState,
  step: number,
  foresee: () => readonly Foreseen[],
  most: number = MOST_FORESEEN,
): void => {
  const learned = rows + unscored
  if (kept.at(-1)?.rows === learned) return
  kept.push({ step, rows: learned, foreseen: foresee() })
  // They are dropped many at a time, because the others move.
  if (kept.length > 2 * most) kept.splice(0, kept.length - most)
}

/** Forgets what no row that still waits can ask for: the rows that wait were predicted at this step or later. */
export const forgetForesight = (kept: Foresight[], since: number): void => {
  let old = 0
  while (old + 1 < kept.length && kept[old + 1].step <= since) old++
  if (old > 0) kept.splice(0, old)
}

/**
 * Keeps what the baselines expect of the row that a record predicts, whose label comes later: they must not know more
 * than the model. It forgets what no row that still waits can ask for.
 */
export const followForesight = (
  kept: Foresight[],
  scores: ScoreboardState,
  { awaits, ahead, since }: Delayed,
  foresee: (state: ScoreboardState, ahead: number) => readonly Foreseen[],
  most?: number,
): void => {
  if (awaits !== undefined) noteForesight(kept, scores, awaits, () => foresee(scores, ahead), most)
  forgetForesight(kept, since)
}

/** Returns what the baselines expected of a row that was predicted at this step, or of the oldest row that is kept. */
export const foresightAt = (kept: readonly Foresight[], step: number): readonly Foreseen[] | undefined => {
  let from = 0
  let to = kept.length
  // The last one that is not later; a step that was refused may have left a later one with the same number.
  while (from < to) {
    const middle = (from + to) >> 1
    if (kept[middle].step < step) from = middle + 1
    else to = middle
  }
  return (kept[from]?.step === step ? kept[from] : (kept[from - 1] ?? kept[0]))?.foreseen
}

/** Returns what is wrong with what was saved of `count` baselines, or undefined. */
export const problemOfForesight = (kept: unknown, count: number): string | undefined => {
  const isNumbers = (list: unknown): boolean => Array.isArray(list) && list.every((x) => typeof x === 'number')
  const fits = (given: unknown): boolean => {
    const { step, rows, foreseen } = (given ?? {}) as { readonly [K in keyof Foresight]?: unknown }
    return (
      isNumbers([step, rows]) &&
      Array.isArray(foreseen) &&
      foreseen.length === count &&
      foreseen.every(
        (each: Partial<Foreseen> | null) =>
          typeof each?.predicted === 'number' && (each.probabilities === undefined || isNumbers(each.probabilities)),
      )
    )
  }
  return kept === undefined || (Array.isArray(kept) && kept.every(fits))
    ? undefined
    : 'has other expectations of its baselines'
}
