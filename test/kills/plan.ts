import { cases } from './cases.js'
import type { Series } from './series.js'

/** A generator of numbers in [0, 1) by seed (mulberry32). */
export const numbersOf = (seed: number): (() => number) => {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

type Kill = Series['kills'][number]
type Point = Exclude<Kill, number | undefined>
const point = (of: string, when: Point['when'], most: number): Omit<Point, 'n'> & { readonly most: number } => ({
  of,
  when,
  most,
})

/** Where a process kills itself, and which call it is at most. */
const OF_STORE = [
  ...[point('store.create', 'before', 5), point('store.create', 'after', 5), point('store.write', 'amid', 5)],
  ...[point('store.sync', 'before', 5), point('store.sync', 'after', 5), point('store.rename', 'before', 5)],
  ...[point('store.rename', 'after', 5), point('store.syncFolder', 'before', 5), point('store.remove', 'before', 3)],
  point('store.remove', 'after', 3),
]
const OF_JOURNAL = [
  ...[point('journal.create', 'after', 3), point('journal.extend', 'before', 1), point('journal.extend', 'after', 2)],
  ...[point('journal.write', 'before', 30), point('journal.write', 'amid', 30), point('journal.write', 'after', 30)],
  ...[
    point('journal.sync', 'before', 30),
    point('journal.sync', 'after', 30),
    point('journal.syncFolder', 'before', 3),
  ],
]

const SOURCES = ['http', 'mqtt', 'file'] as const

/**
 * Plans series, by seed: over all models and sources, half of the kills at a time and half at a call.
 *
 * @param isIn which of the models and sources are planned
 */
export const plan = (
  seed: number,
  series: number,
  kills: number,
  rows: number,
  isIn: (name: string, source: Series['source']) => boolean = () => true,
): Series[] => {
  const number = numbersOf(seed)
  const below = (n: number): number => Math.floor(number() * n)
  const all = SOURCES.flatMap((source) => Object.keys(cases).map((name) => ({ name, source })))
  const pairs = all.filter(({ name, source }) => isIn(name, source))
  return Array.from({ length: series }, (_, i) => {
    const { name, source } = pairs[i % pairs.length]!
    const hasJournal = source !== 'file'
    const points = hasJournal ? [...OF_STORE, ...OF_JOURNAL] : OF_STORE
    const kill = (k: number): Kill => {
      if ((i + k) % 2 === 0) return 5 + below(300)
      const { most, ...where } = points[below(points.length)]!
      return { ...where, n: 1 + below(most) }
    }
    const trims = hasJournal && Math.floor(i / pairs.length) % 2 === 1
    return { name, source, trims, rows, kills: Array.from({ length: kills }, (_, k) => kill(k)) }
  })
}
