import type { KeptForm } from '../../late.js'
import { shown } from '../../options/shown.js'
import { tagOf } from '../state/plainCopy.js'

/** What became of the rows so far: `received` is always `passed + duplicate`. */
export interface DedupeCounters {
  readonly received: number
  readonly passed: number
  /** The number of rows that were left out. */
  readonly duplicate: number
  /** The number of rows without a key, which were handed on. */
  readonly keyless: number
  /** The number of keys that were forgotten because others took their room, and of those that are known. */
  readonly forgotten: number
  readonly keys: number
}
export type DedupeCounts = { -readonly [K in Exclude<keyof DedupeCounters, 'keys'>]: number }

/** When a key was seen: the time of its row that was handed on, and its turn among all keys that were seen. */
interface Seen {
  readonly at: number
  readonly turn: number
}

/** The keys that were seen, the one seen least recently first. */
export interface Keys {
  newest: number
  turn: number
  readonly seen: Map<string, Seen>
  readonly counts: DedupeCounts
  /** How it stood when all rows that had been handed on were learned, and each key that has changed since, as it was. */
  before: { step: number; readonly newest: number; readonly counts: DedupeCounts }
  readonly since: { readonly key: string; readonly was: Seen | undefined }[]
}

const COUNTED: readonly (keyof DedupeCounts)[] = ['received', 'passed', 'duplicate', 'keyless', 'forgotten']
const copyOf = ({ received, passed, duplicate, keyless, forgotten }: DedupeCounts): DedupeCounts => ({
  received,
  passed,
  duplicate,
  keyless,
  forgotten,
})

const keysOf = ({ step, newest, keys, counts }: Saved): Keys => ({
  newest,
  turn: keys.length,
  seen: new Map(keys.map(({ key, at }, turn) => [key, { at, turn }])),
  counts: copyOf(counts),
  before: { step, newest, counts: copyOf(counts) },
  since: [],
})

export const createKeys = (step: number): Keys => {
  const counts = { received: 0, passed: 0, duplicate: 0, keyless: 0, forgotten: 0 }
  return keysOf({ step, newest: -Infinity, keys: [], counts })
}

/** Notes that a key was seen last, by a row of a time. */
export const see = ({ seen, since }: Keys, key: string, now: Seen): void => {
  since.push({ key, was: seen.get(key) })
  seen.delete(key)
  seen.set(key, now)
}

/** Forgets the key that was seen least recently. */
export const forgetOne = ({ seen, since, counts }: Keys): void => {
  const [key, was] = seen.entries().next().value as [string, Seen]
  since.push({ key, was })
  seen.delete(key)
  counts.forgotten++
}

/** Notes that all rows that were handed on have been learned. */
export const markKeys = (state: Keys, step: number): void => {
  const { newest, counts, before, since } = state
  before.step = step
  if (counts.received === before.counts.received) return
  state.before = { step, newest, counts: copyOf(counts) }
  since.length = 0
}

/** Returns the counters of what a model keeps, which is plain data while no one is subscribed. */
export const dedupeCountersOf = (kept: unknown): DedupeCounters => {
  const state = (kept ?? createKeys(0)) as Keys | Saved
  return { ...state.counts, keys: 'seen' in state ? state.seen.size : state.keys.length }
}

/** The keys as plain data, the one seen least recently first. */
interface Saved {
  readonly step: number
  readonly newest: number
  readonly keys: readonly { readonly key: string; readonly at: number }[]
  readonly counts: DedupeCounts
}

const isTime = (at: unknown): boolean => typeof at === 'number' && at < Infinity
const isWhole = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0

/** How it is saved: as it stood when all that had been handed on was learned; rows that came later are read again. */
export const keysForm = (settle: () => void): KeptForm<Keys> => ({
  save(state): Saved {
    settle()
    const { seen, since, before } = state
    const was = new Map(seen)
    for (let i = since.length - 1; i >= 0; i--) {
      const { key, was: old } = since[i]
      if (old) was.set(key, old)
      else was.delete(key)
    }
    const keys = [...was].sort(([, a], [, b]) => a.turn - b.turn).map(([key, { at }]) => ({ key, at }))
    return { step: before.step, newest: before.newest, keys, counts: copyOf(before.counts) }
  },
  load: (saved) => keysOf(saved as Saved),
  problemOf(saved) {
    const given = saved as { [K in keyof Saved]?: unknown } | undefined | null
    if (!Array.isArray(given?.keys) || tagOf(given.counts) !== 'Object' || !isWhole(given.step))
      return `is ${shown(saved)}; expected the keys that were seen`
    const counts = given.counts as Record<string, unknown>
    const wrong = COUNTED.find((name) => !isWhole(counts[name]))
    if (wrong !== undefined) return `counts ${shown(counts[wrong])} as ${wrong}; expected a whole number`
    if (!isTime(given.newest)) return `has the time ${shown(given.newest)}; expected milliseconds`
    for (const each of given.keys as Saved['keys']) {
      if (typeof each?.key !== 'string') return `has the key ${shown(each?.key)}; expected text`
      if (!isTime(each.at)) return `has the time ${shown(each.at)}; expected milliseconds`
    }
    return undefined
  },
})
