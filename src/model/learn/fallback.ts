import type { Learner } from './learner.js'

/** The learner of special rows, beside one that learns the ordinary ones in another way. */
export interface Fallback<R> extends Learner<R> {
  /** Whether it may have counted something since the last step, which is to be committed with the next one. */
  readonly behind: boolean
}

/** @param create gives what learns row by row, and every row there is; it is not asked before the first special row */
export const createFallback = <R>(create: () => Learner<R>): Fallback<R> => {
  let learner: Learner<R> | undefined
  const ask = <L>(what: (learner: Learner<R>) => L): L => {
    learner ??= create()
    // whatever is thrown inside, something may have been counted
    fallback.behind = true
    const answer = what(learner)
    fallback.behind = learner.pending() > 0 || learner.pendingCursor() !== undefined
    return answer
  }
  // no getters: engines read an object with such slowly
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
