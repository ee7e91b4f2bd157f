import fc from 'fast-check'
import { type Chunk, difference, type Field, filled, lag, type Row, rolling, windowed } from '../../../src/index.js'

/** A row of one of a few devices; some are rejected, and some lack a label, a number, a device or a time. */
export interface Reading {
  readonly a: number | string
  readonly q?: number
  readonly device?: string
  readonly at?: number
  readonly power?: number
}
const number = fc.integer({ min: -400, max: 400 }).map((i) => i / 8)
const far = fc.integer({ min: -9, max: 9 }).map((i) => 1e9 + i / 4)
export const reading: fc.Arbitrary<Reading> = fc.record(
  {
    a: fc.oneof({ weight: 9, arbitrary: number }, { weight: 1, arbitrary: fc.constant('x') }),
    q: fc.oneof({ weight: 8, arbitrary: number }, { weight: 1, arbitrary: far }),
    device: fc.constantFrom('p', 'q', 'r', 's'),
    at: fc.integer({ min: 0, max: 60 }),
    power: fc.oneof({ weight: 8, arbitrary: number }, { weight: 1, arbitrary: far }),
  },
  { requiredKeys: ['a'] },
)

const DEVICES: readonly string[] = ['p', 'q', 'r', 's']
const CAPACITY = 2
const own = { by: 'device', capacity: CAPACITY } as const

/** Returns the earlier rows of a row's series, newest first; a series that was forgotten begins anew. */
const seriesOf = (above: readonly Reading[], { device }: Reading, isKeyed: boolean): readonly Reading[] => {
  if (!isKeyed) return [...above].reverse()
  const others = new Set<string>()
  const series: Reading[] = []
  for (const row of [...above].reverse()) {
    if (device === undefined || row.device === undefined) continue
    if (row.device === device) {
      series.push(row)
      others.clear()
    } else others.add(row.device)
    if (others.size === CAPACITY) break
  }
  return series
}

type Values = readonly number[]
const isKnown = (value: number | undefined): value is number => value !== undefined
const sum = (values: Values): number => values.reduce((total, value) => total + value, 0)
const mean = (values: Values): number => sum(values) / values.length
const sorted = (values: Values): number[] => [...values].sort((x, y) => x - y)
/** The mean square of all differences between two values is twice the variance. */
const sd = (values: Values): number => Math.sqrt(mean(values.map((x) => mean(values.map((y) => (x - y) ** 2)))) / 2)

/** A field that remembers, and what its number is, by a look at the whole history. */
export interface Remembering {
  readonly field: Field
  /** The column whose value a row holds under the field's own name. */
  readonly holds?: 'q'
  readonly isKeyed?: true
  /** @param before the earlier rows of the row's series, newest first */
  number(row: Reading, before: readonly Reading[]): number | undefined
}
const powers = (rows: readonly Reading[]): Values => rows.map(({ power }) => power).filter(isKnown)
const within = (row: Reading, before: readonly Reading[], ms: number, most = Infinity): readonly Reading[] =>
  before
    .filter(({ at }) => at !== undefined)
    .slice(0, most)
    .filter(({ at }) => isKnown(row.at) && (at as number) > row.at - ms && (at as number) <= row.at)
const none = { scale: 'none' } as const
const wide = { clip: Infinity } as const
/** The last numbers up to the row's own; undefined if that is missing. */
const windowOf = (row: Reading, before: readonly Reading[], size: number): Values | undefined =>
  row.q === undefined
    ? undefined
    : [row, ...before]
        .map(({ q }) => q)
        .filter(isKnown)
        .slice(0, size)
/** A quantile as the mean of all sorted values, weighed by how near to its place each is. */
const quantile = (values: Values, share: number): number => {
  const place = share * (values.length - 1)
  return sum(sorted(values).map((value, i) => value * Math.max(0, 1 - Math.abs(i - place))))
}
const over = (distance: number, spread: number): number => (spread === 0 ? 0 : distance / spread)
const robust = ([x, ...others]: Values): number => {
  const all = [x as number, ...others]
  return over((x as number) - quantile(all, 0.5), quantile(all, 0.75) - quantile(all, 0.25))
}

/** Every kind that remembers, with its number as a person would find it in a table. */
export const kinds: Readonly<Record<string, Remembering>> = {
  lag: { field: lag('power', 3, none), number: (_, before) => before[2]?.power },
  'lag by key': {
    field: lag('q', 2, { ...own, ...none }),
    isKeyed: true,
    number: (_, before) => before[1]?.q,
  },
  'mean of rows': {
    field: rolling('power', 5, 'mean', none),
    number: (_, before) => mean(powers(before.slice(0, 5))),
  },
  'least of rows by key': {
    field: rolling('power', 3, 'min', { ...own, ...none }),
    isKeyed: true,
    number: (_, before) => sorted(powers(before.slice(0, 3)))[0],
  },
  'largest of one row': {
    field: rolling('q', 1, 'max', none),
    number: (_, before) => before[0]?.q,
  },
  'largest of rows': {
    field: rolling('power', 9, 'max', none),
    number: (_, before) => sorted(powers(before.slice(0, 9))).at(-1),
  },
  'deviation of rows': {
    field: rolling('power', 12, 'sd', none),
    number: (_, before) => sd(powers(before.slice(0, 12))),
  },
  'sum of rows by key': {
    field: rolling('q', 4, 'sum', { ...own, ...none }),
    isKeyed: true,
    number: (_, before) => sum(before.slice(0, 4).map(({ q }) => q ?? 0)),
  },
  'count of rows': {
    field: rolling('power', 6, 'count', none),
    number: (_, before) => powers(before.slice(0, 6)).length,
  },
  'mean within a time': {
    field: rolling('power', { withinMs: 20, time: 'at' }, 'mean', none),
    number: (row, before) => mean(powers(within(row, before, 20))),
  },
  'sum within a time, of few rows by key': {
    field: rolling('power', { withinMs: 40, time: 'at', rows: 3 }, 'sum', { ...own, ...none }),
    isKeyed: true,
    number: (row, before) => (isKnown(row.at) ? sum(powers(within(row, before, 40, 3))) : Number.NaN),
  },
  'deviation within a time': {
    field: rolling('a', { withinMs: 30, time: 'at', rows: 8 }, 'sd', none),
    number: (row, before) => sd(within(row, before, 30, 8).map(({ a }) => a as number)),
  },
  'change of a feature': {
    field: difference('a', 1, none),
    number: (row, before) => (row.a as number) - ((before[0]?.a ?? Number.NaN) as number),
  },
  'change of a column by key': {
    field: difference('q', 2, { ...own, ...none }),
    isKeyed: true,
    number: (row, before) => (row.q ?? Number.NaN) - (before[1]?.q ?? Number.NaN),
  },
  'change of the target': {
    field: difference('power', 3, none),
    number: (_, before) => (before[0]?.power ?? Number.NaN) - (before[3]?.power ?? Number.NaN),
  },
  'a standard window': {
    field: windowed('standard', 6, wide),
    holds: 'q',
    number(row, before) {
      const window = windowOf(row, before, 6)
      return window ? over(mean(window.map((value) => (row.q as number) - value)), sd(window)) : 0
    },
  },
  'a window of the least and the largest, by key': {
    field: windowed('minmax', 4, { ...own, ...wide }),
    isKeyed: true,
    holds: 'q',
    number(row, before) {
      const window = sorted(windowOf(row, before, 4) ?? [])
      const [least = 0, largest = 0] = [window[0], window.at(-1)]
      return least === largest ? 0.5 : over((row.q as number) - least, largest - least)
    },
  },
  'a robust window': {
    field: windowed('robust', 8, wide),
    holds: 'q',
    number(row, before) {
      const window = windowOf(row, before, 8)
      return window ? robust(window) : 0
    },
  },
  'a robust window by key, clipped': {
    field: windowed('robust', 3, { ...own, clip: 0.75 }),
    isKeyed: true,
    holds: 'q',
    number(row, before) {
      const window = windowOf(row, before, 3)
      return window ? Math.max(-0.75, Math.min(0.75, robust(window))) : 0
    },
  },
  filled: {
    field: filled(none),
    holds: 'q',
    number: (row, before) => row.q ?? before.find(({ q }) => isKnown(q))?.q,
  },
  'filled by key': {
    field: filled({ ...own, ...none }),
    isKeyed: true,
    holds: 'q',
    number: (row, before) => row.q ?? before.find(({ q }) => isKnown(q))?.q,
  },
}

/** @param above all rows before that were not rejected, oldest first */
export const numberOf = (kind: Remembering, row: Reading, above: readonly Reading[]): number =>
  kind.number(row, seriesOf(above, row, kind.isKeyed === true)) ?? Number.NaN

/** The columns of a chunk, in the order in which a feature `a` and the fields that remember need them. */
const columns = ['a', 'q', 'device', 'at', ...Object.keys(kinds).filter((name) => kinds[name]!.holds)]
/** Returns rows as a chunk, in which a device is a number and a row is rejected by an infinite `a`. */
export const chunkOf = (rows: readonly Row[], targets: readonly string[]): Chunk => {
  const numberIn = (row: Row, name: string): number => {
    const value = row[name]
    if (typeof value === 'number') return value
    return name === 'a' ? Infinity : DEVICES.includes(`${value}`) ? DEVICES.indexOf(`${value}`) : Number.NaN
  }
  return {
    kind: 'chunk',
    size: rows.length,
    x: Float64Array.from(rows.flatMap((row) => columns.map((name) => numberIn(row, name)))),
    y: Float64Array.from(rows.flatMap((row) => targets.map((name) => numberIn(row, name)))),
  }
}
