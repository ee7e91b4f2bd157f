import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { daysFromCivil, readIsoTime } from '../../../src/features/civil.js'
import { numeric } from '../../../src/features/numeric.js'
import { type TimePart, type TimeUnit, time } from '../../../src/features/time.js'
import { dense } from '../../../src/layers/dense.js'
import { createModel } from '../../../src/model/createModel.js'
import type { Model } from '../../../src/model.js'
import type { Chunk } from '../../../src/records.js'
import { runs } from '../../runs.js'
import { bytesOf } from '../model/kinds.js'
import { columnsOf } from './columns.js'

const DAY = 86400000
const FURTHEST = 8.64e15
/** Points in time: any that a Date can be, and ones of the present, with the beginnings of days and years among them. */
const moment = fc.oneof(
  fc.integer({ min: -FURTHEST, max: FURTHEST }),
  fc.integer({ min: -2e12, max: 4e12 }),
  fc.integer({ min: -1e8, max: 1e8 }).map((day) => day * DAY),
  fc.integer({ min: -1e8 + 1, max: 1e8 }).map((day) => day * DAY - 1),
  fc.constantFrom(-FURTHEST, FURTHEST, 0, -1, 1),
)
const midnight = (year: number, month: number, day: number): number => Date.UTC(year, month, day)

/** The turns of the parts, in [0, 1), computed by the host's own calendar. */
const turnsOf = (ms: number): Readonly<Record<TimePart, number>> => {
  const date = new Date(ms)
  const month = date.getUTCMonth()
  // The calendar repeats after 400 years; the first March of all is before the first date that a host has.
  const year = 2000 + (date.getUTCFullYear() % 400)
  const today = midnight(year, month, date.getUTCDate())
  const march = midnight(month < 2 ? year - 1 : year, 2, 1)
  const monthFromMarch = (5 * ((today - march) / DAY) + 2) / 153
  // The whole part is the month itself, which the formula of the fraction must not miss.
  if (Math.floor(monthFromMarch + 2) % 12 !== month) throw new Error(`the month of ${date.toISOString()} is another`)
  return {
    hour: (date.getTime() - new Date(ms).setUTCHours(0, 0, 0, 0)) / DAY,
    weekday: ((date.getUTCDay() + 6) % 7) / 7,
    month: ((monthFromMarch + 2) % 12) / 12,
  }
}
const circleOf = (ms: number, parts: readonly TimePart[]): number[] =>
  parts.flatMap((part) => {
    const angle = 2 * Math.PI * turnsOf(ms)[part]
    return [Math.sin(angle), Math.cos(angle)]
  })
const expectClose = (found: readonly number[], expected: readonly number[], within: number): void => {
  expect(found.length).toBe(expected.length)
  for (const [i, x] of found.entries()) expect(Math.abs(x - expected[i]!)).toBeLessThan(within)
}
const parts: readonly TimePart[] = ['hour', 'weekday', 'month']

describe('the calendar', () => {
  it('counts the days of every date as the host does', () => {
    fc.assert(
      fc.property(moment, (ms) => {
        const date = new Date(ms)
        const days = daysFromCivil(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
        expect(days).toBe(Math.floor(ms / DAY))
      }),
      { numRuns: runs(2000) },
    )
  })
  it('reads every date that the host writes', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -1439, max: 1439 }), (ms, offset) => {
        const text = new Date(ms).toISOString()
        expect(readIsoTime(text, offset)).toBe(ms)
        // Without its Z, the text is a local time.
        expect(readIsoTime(text.slice(0, -1), offset)).toBe(ms - 60000 * offset)
        const sign = offset < 0 ? '-' : '+'
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
        const two = (n: number): string => `${n}`.padStart(2, '0')
        for (const colon of ['', ':'])
          expect(readIsoTime(`${text.slice(0, -1)}${sign}${two(hours)}${colon}${two(minutes)}`, 7)).toBe(
            ms - 60000 * offset,
          )
      }),
      { numRuns: runs(1000) },
    )
  })
  it.each([
    ['2024-01-31', '2024-01-31T00:00Z'],
    ['20240131', '2024-01-31T00:00Z'],
    [' 2024-01-31 12:30 ', '2024-01-31T12:30Z'],
    ['2024-01-31t12z', '2024-01-31T12:00Z'],
    ['20240131T123005', '2024-01-31T12:30:05Z'],
    ['20240131T1230Z', '2024-01-31T12:30:00Z'],
    ['2024-01-31 12:30:05,25 +01', '2024-01-31T11:30:05.250Z'],
    ['2024-01-31T24:00Z', '2024-02-01T00:00Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00Z'],
    ['2024-02-29', '2024-02-29T00:00Z'],
    ['2024-02', '2024-02-01T00:00Z'],
    ['-000001-12 ', '-000001-12-01T00:00Z'],
    ['2000-02-29', '2000-02-29T00:00Z'],
    ['-000001-01-01', '-000001-01-01T00:00Z'],
  ])('%j is %s', (text, meaning) => {
    expect(readIsoTime(text, 0)).toBe(Date.parse(meaning))
  })
  it('keeps the fractions of milliseconds', () => {
    expect(readIsoTime('1970-01-01T00:00:00.0005Z', 0)).toBe(0.5)
    expect(readIsoTime('1970-01-01T00:00:01.290Z', 0)).toBe(1290)
  })
  it.each([
    ...[
      '',
      'now',
      '2024',
      '202401',
      '2024-13',
      '2024-01T12:00',
      '2024-01Z',
      '2024-13-01',
      '2024-00-01',
      '2024-01-00',
      '2024-01-32',
      '2024-04-31',
    ],
    ...['2023-02-29', '1900-02-29', '2024-01-31T25:00', '2024-01-31T24:01', '2024-01-31T12:60', '2024-01-31T12:00:61'],
    ...['31.01.2024', '1/31/2024', '2024-01-31T12:00+1', '2024-01-31T12:00ZZ', '12:00', '2024-1-1', 'x2024-01-31'],
  ])('%j is no date', (text) => {
    expect(readIsoTime(text, 0)).toBeUndefined()
  })
})

describe('time', () => {
  it.each([
    ['milliseconds', 1, 1e-7],
    ['seconds', 1e-3, 1e-6],
    ['microseconds', 1e3, 1e-6],
    ['nanoseconds', 1e6, 1e-6],
  ] as const)('gives the sine and the cosine of each part of every time, in %s', (unit: TimeUnit, factor, within) => {
    const { read } = columnsOf({ f: time({ unit }) }, 6)
    fc.assert(
      fc.property(unit === 'milliseconds' ? moment : fc.integer({ min: -3e12, max: 3e12 }), (ms) => {
        expectClose(read({ f: ms * factor }), circleOf(ms, parts), within)
        expectClose(read({ f: new Date(ms) }), circleOf(ms, parts), within)
        expectClose(read({ f: new Date(ms).toISOString() }), circleOf(ms, parts), within)
      }),
      { numRuns: runs(500) },
    )
  })
  it('is that of the local clock if an offset is given', () => {
    fc.assert(
      fc.property(fc.integer({ min: -3e12, max: 3e12 }), fc.integer({ min: -1440, max: 1440 }), (ms, timeZone) => {
        const { read } = columnsOf({ f: time({ timeZone, of: ['month', 'hour'] }) }, 4)
        const local = ms + 60000 * timeZone
        expectClose(read({ f: ms }), circleOf(local, ['month', 'hour']), 1e-7)
        expectClose(read({ f: new Date(local).toISOString().slice(0, -1) }), circleOf(local, ['month', 'hour']), 1e-7)
      }),
      { numRuns: runs(200) },
    )
  })
  it('reads a fraction of a millisecond on the right day', () => {
    const { read } = columnsOf({ f: time({ of: ['weekday'] }) }, 2)
    expectClose(read({ f: 1e4 * DAY - 0.25 }), circleOf(1e4 * DAY - 1, ['weekday']), 1e-9)
    expectClose(read({ f: -0.25 }), circleOf(-1, ['weekday']), 1e-9)
  })
  it('a missing time reads as zeros, or rejects its row', () => {
    const { read } = columnsOf({ f: time() }, 6)
    expect(read({ f: undefined })).toEqual([0, 0, 0, 0, 0, 0])
    expect(read({})).toEqual([0, 0, 0, 0, 0, 0])
    expect(() => columnsOf({ f: time({ missing: 'reject' }) }, 6).read({})).toThrow('f is missing, and its policy is')
  })
  it.each([
    ['noon', "f is 'noon'; expected milliseconds since 1970, a Date, or a text such as 2024-01-31T12:00Z"],
    [true, 'f is true; expected milliseconds'],
    [new Date(Number.NaN), 'f is an invalid Date; expected'],
    [Number.NaN, 'f is NaN; expected'],
    [FURTHEST + 1, 'f is 8640000000000001; expected'],
    ['+275760-09-14', "f is '+275760-09-14'; expected"],
    [{}, 'f is an object; expected'],
  ])('%o is refused', (value, message) => {
    expect(() => columnsOf({ f: time() }, 6).read({ f: value })).toThrow(message)
  })
  it.each([
    [{ of: [] }, 'time: of is []; expected some of hour, weekday, month, each once.'],
    [{ of: ['hour', 'hour'] }, "time: of is ['hour', 'hour']"],
    [{ of: ['year'] }, "time: of is ['year']"],
    [{ of: [undefined] }, 'time: of is [undefined]'],
    [{ of: 'hour' }, "time: of is 'hour'"],
    [{ unit: 'hours' }, "time: unit is 'hours'; expected one of milliseconds, seconds"],
    [{ timeZone: 'Europe/Paris' }, "time: timeZone is 'Europe/Paris'; expected 'UTC', or an offset from it in minutes"],
    [{ timeZone: 1441 }, 'time: timeZone is 1441'],
    [{ missing: 'mean' }, "time: missing is 'mean'"],
  ])('%o is refused', (config, message) => {
    expect(() => time(config as never)).toThrow(message)
  })
  it('is no target', () => {
    expect(() =>
      createModel({ features: { a: numeric() }, target: { at: time() }, layers: [dense(1)] } as never),
    ).toThrow("target 'at' is a time, which is for features")
  })
  it('a chunk has its numbers, and refuses those that a row refuses', () => {
    const build = (): Model =>
      createModel({
        features: { at: time({ unit: 'seconds', missing: 'reject' }), a: numeric() },
        target: { y: numeric() },
        layers: [dense(3, 'tanh'), dense(1)],
      }) as Model
    const times = [1.7e9, 1.7e9 + 0.5, Number.NaN, 1e20, -8.64e12, 8.64e12, 8.64e12 + 1, Infinity, 5]
    const [rows, chunks] = [build(), build()]
    for (const [i, at] of times.entries()) rows.learn({ at: Number.isNaN(at) ? undefined : at, a: i, y: i % 3 })
    const chunk: Chunk = {
      ...{ kind: 'chunk', size: times.length },
      x: Float64Array.from(times.flatMap((at, i) => [at, i])),
      y: Float64Array.from(times, (_, i) => i % 3),
    }
    chunks.learn(chunk)
    expect(chunks.counters).toMatchObject({ learned: 5, rejected: 4 })
    expect(bytesOf(chunks.snapshot())).toEqual(bytesOf(rows.snapshot()))
  })
})
