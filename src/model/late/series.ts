import type { Held, KeptForm } from '../../late.js'
import { shown } from '../../options/shown.js'
import { tagOf } from '../state/plainCopy.js'
import { createOldest, type Oldest, type Since } from './oldest.js'

/** The last rows of each series, whose labels are still to come, by the key of the series; the one seen last is last. */
export interface SeriesState {
  /** The step of the model at which all of this stands. */
  step: number
  readonly series: Map<string, Held[]>
  /** The step of the first of these rows in each series, and the series in which it is least. */
  readonly first: Map<string, Since>
  readonly oldest: Oldest
}

export const createSeries = (step: number, series: SeriesState['series'] = new Map()): SeriesState => {
  const first = new Map(
    Array.from(series).flatMap(([key, [held]]): [string, Since][] => (held ? [[key, { at: held.step }]] : [])),
  )
  return { step, series, first, oldest: createOldest(first) }
}

/** Notes which row of a series waits first, once that has changed. */
export const noteFirst = ({ series, first, oldest }: SeriesState, key: string): void => {
  const [held] = series.get(key) ?? []
  if (!held) first.delete(key)
  else if (first.get(key)?.at !== held.step) {
    first.set(key, { at: held.step })
    oldest.add(key)
  }
}

/** The state as plain data. */
interface Saved {
  readonly step: number
  readonly horizon: number
  readonly series: readonly { readonly key: string; readonly rows: readonly Held[] }[]
}

/** How it is saved: as a list, because the keys of a record have an order of their own. */
export const seriesForm = (
  horizon: number,
  problemOf: (held: unknown) => string | undefined,
): KeptForm<SeriesState> => ({
  save: ({ step, series }): Saved => ({
    step,
    horizon,
    series: Array.from(series, ([key, rows]) => ({ key, rows: [...rows] })),
  }),
  load(saved) {
    const { step, series } = saved as Saved
    return createSeries(step, new Map(series.map(({ key, rows }) => [key, [...rows]])))
  },
  problemOf(saved) {
    const given = saved as { [K in keyof Saved]?: unknown } | undefined | null
    if (tagOf(given) !== 'Object' || !Array.isArray(given?.series) || !Number.isSafeInteger(given.step))
      return `is ${shown(saved)}; expected the last rows of a forecast`
    if (given.horizon !== horizon) return `has the horizon ${shown(given.horizon)}; expected ${horizon}`
    for (const each of given.series as Saved['series']) {
      if (typeof each?.key !== 'string') return `has the key ${shown(each?.key)}; expected text`
      if (!Array.isArray(each.rows) || each.rows.length > horizon)
        return `has other rows than the last ${horizon} of a series`
      for (const held of each.rows) {
        const problem = problemOf(held)
        if (problem !== undefined) return problem
      }
    }
    return undefined
  },
})
