import type { Ring } from '../intervals/recent.js'
import type { Held } from '../late.js'
import type { Model } from '../model.js'
import type { Row } from '../values.js'
import { type Judgement, type JudgeState, LAST } from './judge.js'

/** A row that is normal so far, and is learned if no anomaly follows soon. */
export interface Waiting {
  /** What each model holds of it; undefined for a model that rejected it. */
  readonly rows: readonly (Held | undefined)[]
  readonly labels: Row
  readonly judgement: Judgement
}

/** What the first model keeps. */
export interface WatchState {
  /** The targets that this is about. */
  readonly targets: readonly string[]
  /** The number of normal rows that are kept. */
  readonly window: number
  readonly judge: JudgeState
  /** The oldest first. */
  readonly waiting: Waiting[]
  /** The number of rows since the last anomaly, at most the delay; the delay if there was none. */
  quiet: number
}

/** Any part of saved data, before it has been checked. */
type Unchecked<T> = { readonly [K in keyof T]?: unknown }

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const areNumbers = (list: unknown, most: number): list is number[] =>
  Array.isArray(list) && list.length <= most && list.every((value) => typeof value === 'number')
const isRing = (value: unknown, window: number): boolean => {
  const { values, next } = (value ?? {}) as Unchecked<Ring>
  return areNumbers(values, window) && values.every(Number.isFinite) && isCount(next) && (next as number) < window
}
const areAll = (list: unknown, length: number, fits: (value: unknown) => boolean): boolean =>
  Array.isArray(list) && list.length === length && list.every(fits)

/** Returns what is wrong with the saved state of a watch over these models, or undefined. */
export const problemOfWatch = <R>(
  saved: unknown,
  targets: readonly string[],
  /** The number of errors that are judged: one for each target, and one for each model with several. */
  errors: number,
  window: number,
  models: readonly Model<R>[],
): string | undefined => {
  const state = (saved ?? {}) as Unchecked<WatchState>
  if (!Array.isArray(state.targets) || `${state.targets}` !== `${targets}`)
    return `is of the targets ${state.targets}; expected ${targets}`
  if (state.window !== window) return `has a window of ${state.window} rows; expected ${window}`
  const { errors: sizes, medians, last, learned, idle } = (state.judge ?? {}) as Unchecked<JudgeState>
  const isOfJudge =
    [sizes, medians].every((rings) => areAll(rings, errors, (ring) => isRing(ring, window))) &&
    areAll(last, errors, (list) => areNumbers(list, LAST) && list.every(Number.isFinite)) &&
    [learned, idle, state.quiet].every(isCount)
  if (!isOfJudge) return 'has other numbers than the errors of normal rows'
  const fits = (value: unknown): boolean => {
    const { rows, labels, judgement } = (value ?? {}) as Unchecked<Waiting>
    const judged = (judgement ?? {}) as Unchecked<Waiting['judgement']>
    return (
      areAll(rows, models.length, () => true) &&
      models.every(({ stages }, i) => {
        const held = (rows as readonly unknown[])[i] ?? undefined
        return held === undefined || stages.late.problemOf(held) === undefined
      }) &&
      typeof labels === 'object' &&
      labels !== null &&
      [judged.errors, judged.medians].every((list) => areNumbers(list, errors) && list.length === errors)
    )
  }
  return Array.isArray(state.waiting) && state.waiting.every(fits) ? undefined : 'has other rows than those that wait'
}
