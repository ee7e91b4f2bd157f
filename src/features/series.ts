import { checkWhole } from '../options/checkWhole.js'
import { shown } from '../options/shown.js'
import type { FieldMemory } from './field.js'
import { gatherMemories } from './gatherMemories.js'
import type { SettingsReader } from './kind.js'

/** The settings of a field that remembers the earlier rows of its row's series. */
export interface SeriesSettings<By extends string = string> {
  /** The column whose value identifies a row's series; '' if all rows form one series. */
  readonly by: By | ''
  /** The largest number of series that are remembered. */
  readonly capacity: number
}

export interface SeriesConfig<By extends string = string> {
  /** The column whose value identifies a row's series. Default: all rows form one series. */
  readonly by?: By
  /** The largest number of series; beyond it, the series seen least recently is forgotten. Default: 1024. */
  readonly capacity?: number
}

export const seriesDefaults = { by: undefined, capacity: 1024 } as const

/** The largest number of rows that a series keeps: 8 MB for each column that is kept. */
export const FURTHEST = 1_000_000

/** Checks the settings of a field's series. */
export const seriesOf = <By extends string>(
  what: string,
  { by, capacity }: { readonly by: By | undefined; readonly capacity: number },
): SeriesSettings<By> => {
  checkWhole(`${what}: capacity is`, capacity)
  if (by !== undefined && typeof by !== 'string')
    throw new RangeError(`${what}: by is ${shown(by)}; expected the name of a column, as in { by: 'device' }.`)
  return { by: by ?? '', capacity }
}

/** Reads the settings of a field's series. */
export const readSeries = ({ text, whole }: SettingsReader): SeriesConfig => ({
  by: text('by'),
  capacity: whole('capacity'),
})

/** Returns the memory of a field whose rows form series. */
export const remembering = <Reads extends string>(
  { by, capacity }: SeriesSettings,
  own: Pick<FieldMemory<Reads>, 'reads' | 'size' | 'recall' | 'remember'>,
): FieldMemory<Reads> => ({ ...own, by: by === '' ? undefined : by, capacity, gather: gatherMemories })

/** Refuses a column that is no name, with an example of how it is written. */
export const checkColumn = (what: string, value: unknown, example: string): void => {
  if (typeof value !== 'string' || value === '')
    throw new RangeError(`${what} ${shown(value)}; expected a name, as in ${example}.`)
}

/** Refuses a number of rows that no series can keep. */
export const checkRows = (what: string, rows: unknown, example: string): void => {
  checkWhole(`${what}: rows is`, rows, `, as in ${example}`)
  if ((rows as number) > FURTHEST)
    throw new RangeError(
      `${what}: rows is ${rows}; expected at most ${FURTHEST}, because each series keeps that many rows.`,
    )
}

/** Puts a number before the first `count` others, of which the last one is dropped. */
export const putFirst = (numbers: Float64Array, number: number, count: number = numbers.length): void => {
  numbers.copyWithin(1, 0, count - 1)
  numbers[0] = number
}
