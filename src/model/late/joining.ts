import type { Held, KeptForm, LabelCounts } from '../../late.js'
import { shown } from '../../options/shown.js'
import type { Row } from '../../values.js'
import { tagOf } from '../state/plainCopy.js'
import { createOldest, type Oldest } from './oldest.js'

/** Rows that wait for their labels, and labels that wait for their rows, each in the order in which they came. */
export interface Joining {
  /** The step of the model at which all of this stands. */
  step: number
  /** The latest time that a row or a label has told, in milliseconds; −∞ before the first. */
  newest: number
  /** The rows by key, and the time at which each came, in milliseconds. */
  readonly waiting: Map<string, { readonly at: number; readonly held: Held }>
  /** The labels that came before their rows. */
  readonly early: Map<string, { readonly at: number; readonly label: Row }>
  /** The row and the label that have waited longest by their times. */
  readonly oldestRow: Oldest
  readonly oldestLabel: Oldest
  /** Whether the rows that waited last were joined, so that a further label is a duplicate, or given up. */
  readonly settled: Map<string, boolean>
  readonly counts: { -readonly [K in Counted]: number }
}
type Counted = Exclude<keyof LabelCounts, 'waiting' | 'early'>

const COUNTED: readonly Counted[] = ['joined', 'late', 'duplicate', 'orphaned', 'expired', 'evicted']

type Plain = Omit<Joining, 'oldestRow' | 'oldestLabel'>
const withOldest = (plain: Plain): Joining => ({
  ...plain,
  oldestRow: createOldest(plain.waiting),
  oldestLabel: createOldest(plain.early),
})

export const createJoining = (step: number): Joining =>
  withOldest({
    step,
    newest: -Infinity,
    waiting: new Map(),
    early: new Map(),
    settled: new Map(),
    counts: { joined: 0, late: 0, duplicate: 0, orphaned: 0, expired: 0, evicted: 0 },
  })

/** Remembers that a row waits no longer, for the last `capacity` of them. */
export const settle = ({ settled }: Joining, key: string, joined: boolean, capacity: number): void => {
  settled.delete(key)
  settled.set(key, joined)
  if (settled.size > capacity) settled.delete(settled.keys().next().value as string)
}

/** Gives the first time that is told to what came before it, which counts as of −∞ until then. */
export const beginAt = ({ waiting, early, oldestRow, oldestLabel }: Joining, first: number): void => {
  for (const [key, { at, held }] of waiting) {
    if (at > -Infinity) continue
    waiting.set(key, { at: first, held })
    oldestRow.add(key)
  }
  for (const [key, { at, label }] of early) {
    if (at > -Infinity) continue
    early.set(key, { at: first, label })
    oldestLabel.add(key)
  }
}

export const countsOf = ({ waiting, early, counts }: Joining): LabelCounts => ({
  ...counts,
  waiting: waiting.size,
  early: early.size,
})

/** Joining as plain data. */
interface Saved {
  readonly step: number
  readonly newest: number
  readonly waiting: readonly { readonly key: string; readonly at: number; readonly held: Held }[]
  readonly early: readonly { readonly key: string; readonly at: number; readonly label: Row }[]
  readonly settled: readonly { readonly key: string; readonly joined: boolean }[]
  readonly counts: Joining['counts']
}

const isTime = (at: unknown): boolean => typeof at === 'number' && at < Infinity
const isWhole = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0

/** How it is saved: as lists, because the keys of a record have an order of their own. */
export const joiningForm = (problemOf: (held: unknown) => string | undefined): KeptForm<Joining> => ({
  save: ({ step, newest, waiting, early, settled, counts }): Saved => ({
    step,
    newest,
    waiting: Array.from(waiting, ([key, { at, held }]) => ({ key, at, held })),
    early: Array.from(early, ([key, { at, label }]) => ({ key, at, label })),
    settled: Array.from(settled, ([key, joined]) => ({ key, joined })),
    counts: { ...counts },
  }),
  load(saved) {
    const { step, newest, waiting, early, settled, counts } = saved as Saved
    return withOldest({
      step,
      newest,
      waiting: new Map(waiting.map(({ key, at, held }) => [key, { at, held }])),
      early: new Map(early.map(({ key, at, label }) => [key, { at, label }])),
      settled: new Map(settled.map(({ key, joined }) => [key, joined])),
      counts: { ...counts },
    })
  },
  problemOf(saved) {
    const given = saved as { [K in keyof Saved]?: unknown } | undefined | null
    const lists = [given?.waiting, given?.early, given?.settled]
    if (!lists.every(Array.isArray) || tagOf(given?.counts) !== 'Object' || !isWhole(given?.step))
      return `is ${shown(saved)}; expected the rows that wait for labels`
    const counts = given?.counts as Record<string, unknown>
    const wrong = COUNTED.find((name) => !isWhole(counts[name]))
    if (wrong !== undefined) return `counts ${shown(counts[wrong])} as ${wrong}; expected a whole number`
    const [waiting, early, settled] = lists as unknown as [Saved['waiting'], Saved['early'], Saved['settled']]
    for (const each of [...waiting, ...early, ...settled])
      if (typeof each?.key !== 'string') return `has the key ${shown(each?.key)}; expected text`
    for (const { at } of [...waiting, ...early])
      if (!isTime(at)) return `has the time ${shown(at)}; expected milliseconds`
    if (!isTime(given?.newest)) return `has the time ${shown(given?.newest)}; expected milliseconds`
    for (const { label } of early) if (tagOf(label) !== 'Object') return `has the label ${shown(label)}`
    for (const { joined } of settled) if (typeof joined !== 'boolean') return `has ${shown(joined)} as joined`
    for (const { held } of waiting) {
      const problem = problemOf(held)
      if (problem !== undefined) return problem
    }
    return undefined
  },
})
