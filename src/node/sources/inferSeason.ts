import type { Content } from './content.js'
import { readTimes } from './inferTime.js'

/** After how many rows a stream is expected to repeat itself. */
export interface Season {
  readonly rows: number
  /** What passes between two rows, and what a season is, as in a month and a year. */
  readonly step: string
  readonly of: string
}

const DAY = 86400000
/** Of so many steps, this share must be equal. Others are gaps. */
const FEWEST = 3
const MOSTLY = 0.9
/** The longest season: each row moves the labels of two. */
const LONGEST = 1440

const calendar: readonly (readonly [least: number, most: number, season: Season])[] = [
  [1, 1, { rows: 7, step: 'a day', of: 'week' }],
  [7, 7, { rows: 52, step: 'a week', of: 'year' }],
  [28, 31, { rows: 12, step: 'a month', of: 'year' }],
  [90, 92, { rows: 4, step: 'a quarter', of: 'year' }],
]
const units: readonly (readonly [milliseconds: number, name: string])[] = [
  [3600000, 'hour'],
  [60000, 'minute'],
  [1000, 'second'],
]

/** Returns a duration in its largest unit of which it is a whole number, as in 30 minutes. */
const durationText = (milliseconds: number): string => {
  const [size, name] = units.find(([unit]) => milliseconds % unit === 0) ?? [1, 'millisecond']
  const count = milliseconds / size
  if (count > 1) return `${count} ${name}s`
  return name === 'hour' ? 'an hour' : `a ${name}`
}

/** Returns the season of rows that are this far apart. */
const seasonOf = (step: number): Season | undefined => {
  if (step < DAY) {
    const rows = DAY / step
    return Number.isInteger(rows) && rows <= LONGEST ? { rows, step: durationText(step), of: 'day' } : undefined
  }
  return calendar.find(([least, most]) => step >= least * DAY && step <= most * DAY)?.[2]
}

/**
 * Infers the season of a stream from its times: a day for rows that are less than a day apart, a week for days, and a
 * year for weeks, months and quarters.
 *
 * @param isTime whether the column is known to hold times, so that any number is one
 * @returns undefined if its values are no times, or if the rows are not equally far apart, each later than the one before
 */
export const inferSeason = (content: Content, isTime: boolean): Season | undefined => {
  const times = readTimes(content, isTime)
  if (times === undefined || times.local.length < content.present) return undefined
  const { local } = times
  const steps = local.slice(1).map((at, i) => at - local[i])
  if (steps.length < FEWEST || steps.some((step) => step <= 0)) return undefined
  const counts = new Map<string, number>()
  for (const step of steps) {
    const season = seasonOf(step)
    if (season === undefined) continue
    const count = (counts.get(season.step) ?? 0) + 1
    if (count >= MOSTLY * steps.length) return season
    counts.set(season.step, count)
  }
  return undefined
}

/** Says what the season is, and how to choose another. */
export const seasonNote = (name: string, { rows, step, of }: Season): string =>
  `by ${name}, the rows are ${step} apart, so that ${rows} of them are a season (a ${of}); --season ROWS gives another one, and --season none none`
