import type { Field } from '../../features/field.js'
import type { RollingField } from '../../features/rolling.js'
import { TIME_PARTS, type TimeField, type TimePart, type TimeUnit, time } from '../../features/time.js'
import type { Content, Contents } from './content.js'
import { lacksYear } from './dates.js'
import { type DayOrder, dayOrderOf, readDate } from './readDate.js'

const DAY = 86400000
/** How many of each unit make up a millisecond. */
const perMillisecond: Readonly<Record<TimeUnit, number>> = {
  seconds: 1e-3,
  milliseconds: 1,
  microseconds: 1e3,
  nanoseconds: 1e6,
}

/** Returns the offset from UTC, in minutes, that all texts name; 0 if they name several or none. */
const offsetOf = (texts: readonly string[]): number => {
  const offsets = new Set<number>()
  for (const text of texts) {
    const [, sign, hours, minutes = '0'] = /:\d\d[^+-]*([+-])(\d\d)(?::?(\d\d))?\b/.exec(text) ?? []
    offsets.add(hours === undefined ? 0 : Number(`${sign}1`) * (60 * Number(hours) + Number(minutes)))
  }
  const [offset = 0, ...others] = offsets
  return others.length > 0 ? 0 : offset
}

/**
 * Returns the parts in which times differ: the hour if they have times of day, the weekday if they cover a week, and
 * the month if they cover half a year. Days alone that are rarer than one a week are months or quarters, whose weekdays
 * say nothing.
 *
 * @param times in milliseconds, on the local clock
 */
const partsOf = (times: readonly number[]): readonly TimePart[] => {
  const days = new Set(times.map((at) => Math.floor(at / DAY)))
  const clock = new Set(times.map((at) => at - DAY * Math.floor(at / DAY)))
  const weekdays = new Set(Array.from(days, (day) => day - 7 * Math.floor(day / 7)))
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const day of days) {
    least = Math.min(least, day)
    most = Math.max(most, day)
  }
  const differ: Readonly<Record<TimePart, boolean>> = {
    hour: clock.size > 1 || (days.size === 1 && !clock.has(0)),
    weekday: weekdays.size > 1 && most - least >= 7 && (clock.size > 1 || most - least <= 7 * days.size),
    month: most - least >= 183,
  }
  return TIME_PARTS.filter((part) => differ[part])
}

/** A column of times, and a text whose day and month could be told apart by no value. */
export interface InferredTime extends DayOrder {
  readonly field: TimeField
}

/** Returns the unit of numbers since 1970 that reach to times between 1973 and 5138. */
const unitOf = ({ most }: Content['census']): TimeUnit =>
  most < 1e11 ? 'seconds' : most < 1e14 ? 'milliseconds' : most < 1e17 ? 'microseconds' : 'nanoseconds'

/** The times of a column in the order of its first rows, each once, and how they are written. */
export interface Times extends DayOrder {
  readonly unit: TimeUnit
  /** The offset from UTC that all texts name, in minutes. */
  readonly timeZone: number
  /** In milliseconds since 1970, on the local clock. */
  readonly local: readonly number[]
  /** Whether some texts name no year, so that weekdays are not known. */
  readonly lacksYear: boolean
}

/**
 * Reads the times of a column: texts that are dates, numbers such as 20000131, or numbers since 1970.
 *
 * @param isTime whether the column is known to hold times, so that any number is one
 * @returns undefined if its values are no times
 */
export const readTimes = ({ holds, census, epoch }: Content, isTime: boolean): Times | undefined => {
  const hasNumbers = holds === 'epoch' || holds === 'numbers'
  if (!isTime && holds !== 'epoch' && holds !== 'dates') return undefined
  const unit = hasNumbers ? ((epoch as TimeUnit | undefined) ?? unitOf(census)) : 'milliseconds'
  const texts = [...census.words.keys()]
  const timeZone = hasNumbers ? 0 : offsetOf(texts)
  const order = dayOrderOf(texts)
  const local = Array.from(census.distinct.values()).flatMap((value) => {
    const at = hasNumbers ? Number(value) / perMillisecond[unit] : readDate(`${value}`, order.dayFirst, timeZone)
    return at === undefined || Number.isNaN(at) ? [] : at + 60000 * timeZone
  })
  return local.length === 0 ? undefined : { ...order, unit, timeZone, local, lacksYear: texts.some(lacksYear) }
}

/**
 * Infers the field of a column of times.
 *
 * @returns undefined if its values are no times, or if they differ in no part
 */
export const inferTime = (content: Content, isTime: boolean): InferredTime | undefined => {
  const times = readTimes(content, isTime)
  if (times === undefined) return undefined
  const { unit, timeZone, local, ambiguous, dayFirst } = times
  const parts = partsOf(local).filter((part) => part !== 'weekday' || !times.lacksYear)
  const of = isTime && parts.length === 0 ? TIME_PARTS : parts
  if (of.length === 0) return undefined
  return { ambiguous, dayFirst, field: time({ of, unit, timeZone }) as TimeField }
}

/** Says which parts of a column of times are features, and how to choose others. */
export const timeNote = (name: string, { epoch }: Content, { field, ambiguous, dayFirst }: InferredTime): string => {
  const { of, unit, timeZone } = field
  const parts = of.length === 1 ? `its ${of[0]} is read` : `its ${of.slice(0, -1).join(', ')} and ${of.at(-1)} are read`
  const zone = timeZone === 0 ? 'UTC' : `the time zone of its texts, ${timeZone} minutes from UTC`
  const order =
    ambiguous === undefined ? '' : `, with the ${dayFirst ? 'day' : 'month'} first, since ${ambiguous} could be either`
  return `${name} is a time${epoch === undefined ? '' : ` in ${unit} since 1970`}: ${parts} in ${zone}${order}; --without ${name} leaves it out`
}

/** Says so if numbers look like times in another unit than that of a field that was given. */
export const unitNotes = (name: string, { of, unit }: TimeField, { epoch }: Content): string[] =>
  epoch === undefined || epoch === unit
    ? []
    : [`${name} is read as ${unit} since 1970, but looks like ${epoch}; write ${name}:time(${of.join(' ')}, ${epoch})`]

/** Says that a window of times counts in the unit of its column, where that is another one than milliseconds. */
export const windowNotes = (name: string, field: Field, contents: Contents): string[] => {
  const { time, withinMs } = field as Partial<RollingField>
  const { epoch } = (time && field.kind === 'rolling' && contents.get(time)) || {}
  if (epoch === undefined || epoch === 'milliseconds') return []
  return [
    `${name} has a window of ${withinMs} ${epoch}, because ${time} is in ${epoch} since 1970, not in milliseconds`,
  ]
}
