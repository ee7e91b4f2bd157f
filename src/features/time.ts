import { oneOf } from '../options/oneOf.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Floats } from '../values.js'
import { readIsoTime } from './civil.js'
import type { Field } from './field.js'
import type { FieldKind } from './kind.js'
import { isMissing, MISSING } from './refusal.js'
import type { FieldSite, TargetSite } from './site.js'
import { emitTimeColumns, type TimeNumbers, type TimePart } from './timeColumns.js'

export type { TimePart }

/** What a number of a time means: how many of them since 1970-01-01T00:00Z. */
export type TimeUnit = 'milliseconds' | 'seconds' | 'microseconds' | 'nanoseconds'

/** A point in time, and what the calendar and the clock say about it. */
export interface TimeField<M extends 'zero' | 'reject' = 'zero' | 'reject'> extends Field<Date | number | string> {
  readonly kind: 'time'
  /** The parts that become columns, each a sine and a cosine, in this order. */
  readonly of: readonly TimePart[]
  /** The unit of a time that is given as a number. */
  readonly unit: TimeUnit
  /** The offset of the local time from UTC in minutes: 60 for 12:00+01:00. */
  readonly timeZone: number
  readonly missing: M
}

export interface TimeConfig<M extends TimeField['missing'] = TimeField['missing']> {
  readonly of?: readonly TimePart[]
  readonly unit?: TimeUnit
  readonly timeZone?: 'UTC' | number
  readonly missing?: M
}

export const TIME_PARTS: readonly TimePart[] = ['hour', 'weekday', 'month']
/** How a number of each unit becomes milliseconds: it is divided by the one, and multiplied by the other. */
const UNITS: Readonly<Record<TimeUnit, Pick<TimeNumbers, 'divisor' | 'factor'>>> = {
  milliseconds: { divisor: 1, factor: 1 },
  seconds: { divisor: 1, factor: 1000 },
  microseconds: { divisor: 1000, factor: 1 },
  nanoseconds: { divisor: 1000000, factor: 1 },
}
/** The furthest time from 1970 in milliseconds: that of a `Date`. */
const FURTHEST = 8.64e15

/** Returns the largest number that is a time. */
const furthestOf = ({ unit }: TimeField): number => (FURTHEST / UNITS[unit].factor) * UNITS[unit].divisor

/** Returns milliseconds since 1970 as a number of a unit. */
export const inUnit = (milliseconds: number, unit: TimeUnit): number =>
  (milliseconds * UNITS[unit].divisor) / UNITS[unit].factor

/** Returns a time as a number of the field's unit; undefined if it is no time. */
const numberOf = ({ unit, timeZone }: TimeField, value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  if (value instanceof Date) return inUnit(value.getTime(), unit)
  const milliseconds = typeof value === 'string' ? readIsoTime(value, timeZone) : undefined
  return milliseconds === undefined ? undefined : inUnit(milliseconds, unit)
}

const methods = {
  milliseconds(this: TimeField, value: unknown): number | undefined {
    const number = numberOf(this, value)
    return number === undefined ? undefined : (number / UNITS[this.unit].divisor) * UNITS[this.unit].factor
  },
  columns(this: TimeField): number {
    return 2 * this.of.length
  },
  fanIn(this: TimeField): number {
    return 2 * this.of.length
  },
  encode(this: TimeField, value: unknown, into: Floats, at: number): string | undefined {
    if (isMissing(value)) {
      into[at] = Number.NaN
      return this.missing === 'reject' ? MISSING : undefined
    }
    const number = numberOf(this, value)
    if (number === undefined || !(Math.abs(number) <= furthestOf(this)))
      return `is ${value instanceof Date ? 'an invalid Date' : shown(value)}; expected ${this.unit} since 1970, a Date, or a text such as 2024-01-31T12:00Z`
    into[at] = number
    return undefined
  },
  copy(this: TimeField, from: Floats, start: number, into: Floats, at: number): string | undefined {
    const number = from[start]
    into[at] = number
    if (Number.isNaN(number)) return this.missing === 'reject' ? MISSING : undefined
    return Math.abs(number) <= furthestOf(this)
      ? undefined
      : `is ${number}; expected ${this.unit} since 1970, within ±${furthestOf(this)}`
  },
  emit(this: TimeField, site: FieldSite): void {
    emitTimeColumns(site, this.of, { ...UNITS[this.unit], offset: 60000 * this.timeZone })
  },
  asTarget({ name }: TargetSite): Field {
    throw new RangeError(
      `createModel: target '${name}' is a time, which is for features; expected numeric(), as for the time until an event.`,
    )
  },
}

/**
 * Creates a column of points in time, of which each part becomes the sine and the cosine of 2πx/p, as in `cyclic`: the
 * hour with its minutes, p = 24; the weekday, a whole number with Monday = 0, p = 7; and the month, p = 12, which is 0
 * at the beginning of January and grows by 5/153 with each day. These are the seasons of a day, a week and a year.
 *
 * A row holds a `Date`, a number of `unit`s since 1970 (milliseconds unless given), or a text of ISO 8601, such as
 * 2024-01, 2024-01-31, 2024-01-31T12:00Z or 2024-01-31T12:00+01:00. `timeZone` is 'UTC' or a fixed offset in minutes; it is also
 * the offset of texts that name none. A row without a time reads as zeros; one beyond the range of a `Date`, ±8.64e15
 * ms, is rejected. In a chunk, a time is its number. There is no column for the trend: a `lag` of the target follows
 * the level of a stream, and a straight line through time does not.
 *
 * As in Facebook's Prophet, by one harmonic: Taylor and Letham, "Forecasting at scale" (2018), section 3.2.
 *
 * @example
 * time()                                                      // the hour, the weekday and the month, in UTC
 * time({ of: ['hour'], unit: 'seconds', timeZone: -300 })     // the hour in New York's winter
 */
export const time = <M extends TimeField['missing'] = 'zero'>(config?: TimeConfig<M>): TimeField<M> => {
  const defaults = { of: TIME_PARTS, unit: 'milliseconds', timeZone: 'UTC', missing: 'zero' as M } as const
  const { of, unit, timeZone: zone, missing } = optionsOf('time', config, defaults)
  const isPart = (part: unknown): boolean => TIME_PARTS.includes(part as TimePart)
  if (!Array.isArray(of) || of.length === 0 || new Set(of).size < of.length || !of.every(isPart))
    throw new RangeError(
      `time: of is ${Array.isArray(of) ? `[${of.map(shown).join(', ')}]` : shown(of)}; expected some of ${TIME_PARTS.join(', ')}, each once.`,
    )
  oneOf('time', 'unit', unit, Object.keys(UNITS))
  oneOf('time', 'missing', missing, ['zero', 'reject'])
  const timeZone = zone === 'UTC' ? 0 : zone
  if (!(Number.isInteger(timeZone) && Math.abs(timeZone) <= 1440))
    throw new RangeError(
      `time: timeZone is ${shown(zone)}; expected 'UTC', or an offset from it in minutes, such as 60 for 12:00+01:00.`,
    )
  return { kind: 'time', of: [...of], unit, timeZone, missing, ...methods }
}

/** The entry of `time` in the table of kinds. */
export const timeKind: FieldKind<TimeField> = {
  kind: 'time',
  text: { example: 'time(hour weekday)', parameters: ['of', 'unit', 'timeZone'], cell: 'time' },
  read: ({ someOf, oneOf, number }) =>
    time({
      of: someOf('of', TIME_PARTS),
      unit: oneOf('unit', Object.keys(UNITS) as TimeUnit[]),
      timeZone: number('timeZone'),
      missing: oneOf('missing', ['zero', 'reject']),
    }),
  labels: ({ of }, name) => of.flatMap((part) => [`sin ${name} ${part}`, `cos ${name} ${part}`]),
}
