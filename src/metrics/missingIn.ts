import type { AnyLearned } from './observed.js'

/** Returns how many of a record's rows from one to before another have no label and wait for none. */
export const missingIn = <R>({ unlearned = [] }: AnyLearned<R>, from = 0, to: number = Infinity): number =>
  unlearned.reduce(
    (sum, { kind, index, waits }) => (kind === 'unlabelled' && !waits && index >= from && index < to ? sum + 1 : sum),
    0,
  )
