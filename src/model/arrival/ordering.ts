import type { KeptForm } from '../../late.js'
import { shown } from '../../options/shown.js'
import type { Row } from '../../values.js'
import { type HeldRow, holdRow, problemOfHeldRow, rowOfHeld } from '../late/plainRow.js'
import { tagOf } from '../state/plainCopy.js'
import { createEarliest, type Earliest } from './earliest.js'
import type { Timed } from './timed.js'

/** What became of the rows so far: `received` is always `passed + dropped + unreadable + waiting`. */
export interface OrderCounters {
  readonly received: number
  /** The number of rows that were handed on, in their order or late. */
  readonly passed: number
  /** The number of rows that came too late, and of those that were left out for it. */
  readonly late: number
  readonly dropped: number
  /** The number of rows that were handed on before their time, because too many waited. */
  readonly early: number
  /** The number of rows without a time that can be read, or with a value that cannot be saved; they were left out. */
  readonly unreadable: number
  /** The number of rows that wait now. */
  readonly waiting: number
}
export type OrderCounts = { -readonly [K in Exclude<keyof OrderCounters, 'waiting'>]: number }

/** Rows that wait until no earlier one is expected. */
export interface Ordering {
  /** The newest time so far, and the latest of the rows that were handed on; −∞ before the first. */
  newest: number
  reached: number
  turn: number
  readonly waiting: Earliest
  readonly counts: OrderCounts
  /** How it stood when all rows that had been handed on were learned, and the rows that were handed on since. */
  before: Pick<Ordering, 'newest' | 'reached' | 'turn'> & { step: number; readonly counts: OrderCounts }
  since: Timed[]
}

const COUNTED: readonly (keyof OrderCounts)[] = ['received', 'passed', 'late', 'dropped', 'early', 'unreadable']

/** Copies them by a literal, because a spread takes as long as a row. */
const copyOf = ({ received, passed, late, dropped, early, unreadable }: OrderCounts): OrderCounts => ({
  received,
  passed,
  late,
  dropped,
  early,
  unreadable,
})

const orderingOf = (
  { step, newest, reached, counts }: Omit<Saved, 'waiting'>,
  waiting: readonly Pick<Timed, 'at' | 'row'>[],
): Ordering => {
  const turn = waiting.length
  const before = { step, newest, reached, turn, counts: { ...counts } }
  const earliest = createEarliest()
  waiting.forEach(({ at, row }, i) => {
    earliest.add({ at, turn: i, row })
  })
  return { newest, reached, turn, waiting: earliest, counts: { ...counts }, before, since: [] }
}

export const createOrdering = (step: number): Ordering => {
  const counts = { received: 0, passed: 0, late: 0, dropped: 0, early: 0, unreadable: 0 }
  return orderingOf({ step, newest: -Infinity, reached: -Infinity, counts }, [])
}

/** Notes that all rows that were handed on have been learned, or that all of the source have been read. */
export const markOrdering = (state: Ordering, step: number, areLearned: boolean): void => {
  const { newest, reached, turn, counts, before } = state
  before.step = step
  // Nothing has changed since the last time.
  if (turn === before.turn && state.since.length === 0 && counts.received === before.counts.received) return
  state.before = { step, newest, reached, turn, counts: copyOf(counts) }
  if (!areLearned) state.before.counts.passed -= state.since.length
  else if (state.since.length > 0) state.since = []
}

/** Returns the counters of what a model keeps, which is plain data while no one is subscribed. */
export const orderCountersOf = (kept: unknown): OrderCounters => {
  const { counts, waiting } = (kept ?? createOrdering(0)) as Ordering | Saved
  return { ...counts, waiting: 'size' in waiting ? waiting.size : waiting.length }
}

/** The ordering as plain data; the rows that wait are in the order in which they came. */
interface Saved {
  readonly step: number
  readonly newest: number
  readonly reached: number
  readonly waiting: readonly ({ readonly at: number } & HeldRow)[]
  readonly counts: OrderCounts
}

const isTime = (at: unknown): boolean => typeof at === 'number' && at < Infinity
const isWhole = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0

/** How it is saved: as it stood when all that had been handed on was learned; rows that came later are read again. */
export const orderingForm = (read: ReadonlySet<string>, settle: () => void): KeptForm<Ordering> => ({
  save(state): Saved {
    settle()
    const { waiting, before, since } = state
    const { step, newest, reached, turn, counts } = before
    const rows = [...waiting.all(), ...since].filter((each) => each.turn < turn).sort((a, b) => a.turn - b.turn)
    const held = rows.map(({ at, row }) => ({ at, ...holdRow(row as Row, read) }))
    return { step, newest, reached, waiting: held, counts: { ...counts } }
  },
  load(saved) {
    const given = saved as Saved
    return orderingOf(
      given,
      given.waiting.map((held) => ({ at: held.at, row: rowOfHeld(held) })),
    )
  },
  problemOf(saved) {
    const given = saved as { [K in keyof Saved]?: unknown } | undefined | null
    if (!Array.isArray(given?.waiting) || tagOf(given.counts) !== 'Object' || !isWhole(given.step))
      return `is ${shown(saved)}; expected the rows that wait for earlier ones`
    const counts = given.counts as Record<string, unknown>
    const wrong = COUNTED.find((name) => !isWhole(counts[name]))
    if (wrong !== undefined) return `counts ${shown(counts[wrong])} as ${wrong}; expected a whole number`
    for (const at of [given.newest, given.reached])
      if (!isTime(at)) return `has the time ${shown(at)}; expected milliseconds`
    for (const held of given.waiting as Saved['waiting']) {
      if (!Number.isFinite(held?.at)) return `has a row with the time ${shown(held?.at)}; expected milliseconds`
      const problem = problemOfHeldRow(held)
      if (problem !== undefined) return problem
    }
    return undefined
  },
})
