import type { Learner } from './learner.js'

/** The learner of special rows, which works beside a learner of ordinary rows. */
export interface Fallback<R> extends Learner<R> {
  /** Whether it may hold counts made since the last step; these are committed with the next step. */
  readonly behind: boolean
}

/** @param create creates a learner that handles every kind of row; it is not called before the first special row */
export const createFallback = <R>(create: () => Learner<R>): Fallback<R> => {
  let learner: Learner<R> | undefined
  const ask = <L>(what: (learner: Learner<R>) => L): L => {
    learner ??= create()
    // Even if the call throws, something may have been counted.
    fallback.behind = true
    const answer = what(learner)
    fallback.behind = learner.pending() > 0 || learner.pendingCursor() !== undefined
    return answer
  }
  // This object has no getters, because JavaScript engines read an object that has getters slowly.
  const fallback: { -readonly [K in keyof Fallback<R>]: Fallback<R>[K] } = {
    behind: false,
    row: (row) => ask((learner) => learner.row(row)),
    rows: (rows) => ask((learner) => learner.rows(rows)),
    rowOf: (chunk, i) => ask((learner) => learner.rowOf(chunk, i)),
    flush: () => (fallback.behind ? ask((learner) => learner.flush()) : undefined),
    pending: () => (fallback.behind && learner ? learner.pending() : 0),
    passCursor: (cursor) => ask((learner) => learner.passCursor(cursor)),
    pendingCursor: () => (fallback.behind && learner ? learner.pendingCursor() : undefined),
    forget() {
      if (fallback.behind) ask((learner) => learner.forget())
    },
  }
  return fallback
}
