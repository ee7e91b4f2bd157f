import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isDate } from '../../../../src/node/sources/dates.js'
import { inferSchema, openTable, readColumns, schemaText } from '../../../../src/node/sources/index.js'
import type { Reading } from '../../../../src/node/sources/ndjson.js'
import { readDate } from '../../../../src/node/sources/readDate.js'
import { runs } from '../../../runs.js'

test.each([
  ...['2000-01-31', '2000/1/31', '31.01.2000', '1/31/2000', '01-31-00', '2000-01', '2000-Q1', '2000-W05', '12:30:05'],
  ...['2000-01-31T12:30:05.123Z', '2000-01-31 12:30+01:00', '1/31/2000 1:30 PM', '20000131T1230'],
  ...['Jan 1 2000', 'January 1, 2000', '1 Jan 2000', '1-Jan-00', 'Jan 2000', '31/Jan/2000:12:30:05 -0700'],
  ...['2000-01-31 12:30:05+00', '2000-01-31 12:30:05.123 -07', '2000-W05-1', '2000W051', '2000-W05-1T12:30'],
  ...['Nov 28 01:02:03', 'Nov  8 01:02:03.123', 'Thu Nov 28 01:02', '28 Nov 01:02:03'],
  ...['Sat, 01 Jan 2000 00:00:00 GMT', 'Sat Jan 01 2000 00:00:00 GMT+0100 (CET)', 'Sat Jan  1 00:00:00 2000'],
])('%s is a date', (text) => expect(isDate(text)).toBe(true))

test.each([
  '2000',
  '1.5',
  '192.168.1.1',
  '99/99/2000',
  '2000-13-45',
  'May',
  'Marching 2000 men',
  '12',
  '1-2',
  '2000-W54-1',
  '2000-W05-8',
  'Nov 28',
  'A 12:30',
])('%s is no date', (text) => expect(isDate(text)).toBe(false))

test('the name of a zone in brackets is skipped where it stands last, and nowhere else', () => {
  const noon = Date.UTC(2000, 0, 31, 12)
  expect(readDate('Mon Jan 31 2000 12:00:00 GMT+0000 (Greenwich Mean Time)', false, 0)).toBe(noon)
  expect(readDate('Mon Jan 31 2000 (noon) 12:00:00', false, 0)).toBeUndefined()
})

const notice = (value: (i: number) => unknown, name = 'x') => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ [name]: value(i), z: i % 7, y: i }))
  return inferSchema(rows, { target: { name: 'y' } }).notices.join()
}

/** The schema's text of the column, and what is said about it. */
const inferred = (value: (i: number) => unknown, count = 100) => {
  const rows = Array.from({ length: count }, (_, i) => ({ x: value(i), z: i % 7, y: i }))
  const schema = inferSchema(rows, { target: { name: 'y' } })
  return { text: schemaText(schema).replace(/ ?z:numeric.*/, ''), notices: schema.notices.join() }
}
const day = (i: number): string => new Date(86400000 * i).toISOString().slice(0, 10)

test.each([
  [
    'seconds',
    (i: number) => 1.7e9 + 60 * i,
    'x:time(hour, seconds)',
    'x is a time in seconds since 1970: its hour is read',
  ],
  [
    'milliseconds',
    (i: number) => 1.7e12 + i,
    'x:time(hour)',
    'x is a time in milliseconds since 1970: its hour is read',
  ],
  [
    'microseconds',
    (i: number) => 1.7e15 + 2e10 * i,
    'x:time(hour weekday, microseconds)',
    'in microseconds since 1970: its hour',
  ],
  [
    'nanoseconds',
    (i: number) => 1.7e18 + 1.2e15 * i,
    'x:time(hour weekday month, nanoseconds)',
    ': its hour, weekday and month are',
  ],
  [
    'compact dates',
    (i: number) => 20000101 + (i % 28),
    'x:time(weekday)',
    'x is a time: its weekday is read in UTC; --without x',
  ],
  [
    'a month a row',
    (i: number) => `${1949 + Math.floor(i / 12)}-${`${1 + (i % 12)}`.padStart(2, '0')}`,
    'x:time(month)',
    'its month is',
  ],
  ['a day a row', (i: number) => day(9999 + i), 'x:time(weekday)', 'its weekday is read in UTC'],
  [
    'a day a row for a year',
    (i: number) => day(9999 + 4 * i),
    'x:time(weekday month)',
    'its weekday and month are read',
  ],
  ['times of day', (i: number) => `${i % 24}:30`, 'x:time(hour)', 'its hour is read'],
  ['a single time', () => '2024-05-05T12:00Z', 'x:time(hour)', 'its hour is read'],
  ['the same day', () => '2024-05-05', '', 'x is left out: it looks like a date that says nothing yet ("2024-05-05")'],
  [
    'one offset',
    (i: number) => `2024-05-05T0${i % 9}:30:00+05:30`,
    'x:time(hour, milliseconds, 330)',
    'its texts, 330 minutes from UTC',
  ],
  [
    'whole hours',
    (i: number) => `2024-05-05 0${i % 9}:30:00-03`,
    'x:time(hour, milliseconds, -180)',
    '-180 minutes from',
  ],
  ['no year', (i: number) => `Nov ${1 + (i % 28)} 0${i % 9}:30:00`, 'x:time(hour)', 'its hour is read in UTC'],
  [
    'no year, for a year',
    (i: number) => `${['Jan', 'May', 'Dec'][i % 3]} ${1 + (i % 28)} 0${i % 9}:30:00`,
    'x:time(hour month)',
    'its hour and month',
  ],
  ['several offsets', (i: number) => `2024-05-05T0${i % 9}:30:00+0${i % 3}:00`, 'x:time(hour)', 'in UTC;'],
  ['days before months', (i: number) => `${1 + (i % 28)}/5/2024`, 'x:time(weekday)', 'in UTC; --without x'],
  [
    'days or months',
    (i: number) => `${1 + (i % 12)}/5/2024`,
    'x:time(month)',
    'with the month first, since 1/5/2024 could be either;',
  ],
  [
    'days or months, with points',
    (i: number) => `${1 + (i % 12)}.5.2024`,
    'x:time(weekday)',
    'with the day first, since',
  ],
  ['large numbers', (i: number) => 1e9 + ((i * 7919) % 1000) * 1e5, 'x:numeric', ''],
])('%s', (_, value, text, expected) => {
  const found = inferred(value)
  expect(found.text).toBe(text)
  expect(found.notices).toContain(expected)
  if (expected === '') expect(found.notices).toBe('')
})

test('the name of a column tells seconds that do not rise', () => {
  expect(notice((i) => 1e9 + ((i * 7919) % 1000) * 1e5, 'created_at')).toContain('a time in seconds since 1970')
})

describe('the column of times, when it is named', () => {
  const infer = (value: (i: number) => unknown, more: object = {}) => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ a: i, when: value(i), y: i }))
    return inferSchema(rows, { target: { name: 'y' }, time: 'when', ...more })
  }
  test.each([
    ['seconds of long ago', (i: number) => 3e8 + i, 'when:time(hour, seconds)'],
    ['dates that say nothing yet', () => '2024-05-05', 'when:time'],
    ['dates', (i: number) => day(i), 'when:time(weekday)'],
  ])('has %s', (_, value, text) => {
    expect(schemaText(infer(value))).toBe(`a:numeric ${text} -> y:numeric`)
  })
  test('is a feature beside those that are named', () => {
    const named = (features: string) => schemaText(infer(day, { features: readColumns(features, '--features') }))
    expect(named('a')).toBe('a:numeric when:time(weekday) -> y:numeric')
    expect(named('when:time(month)')).toBe('when:time(month) -> y:numeric')
    expect(() => named('when:category')).toThrow('"when" is a category, so it cannot be the column of times')
  })
  test('is refused if there is none, if it holds no times, or if it is the target', () => {
    expect(() => infer((i) => 'abc'[i % 3])).toThrow(
      '--time "when": expected dates, or numbers since 1970; it has "a".',
    )
    expect(() => infer(day, { time: 'whan' })).toThrow('there is no column "whan". Did you mean "when"?')
    expect(() => infer(day, { time: 'y' })).toThrow('remove it from --time.')
  })
})

test('a unit that was given is doubted if the numbers look like another', () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({ when: 1.7e9 + 60 * i, y: i }))
  const notices = (features: string) =>
    inferSchema(rows, { target: { name: 'y' }, features: readColumns(features, '--features') }).notices.join()
  expect(notices('when:time(hour)')).toBe(
    'when is read as milliseconds since 1970, but looks like seconds; write when:time(hour, seconds)',
  )
  expect(notices('when:time(hour, seconds)')).toBe('')
})

describe('a date', () => {
  const two = (n: number): string => `${n}`.padStart(2, '0')
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'June', 'July', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec']
  const weekdays = ['Sun', 'Mon', 'Tuesday', 'Wed.', 'Thu', 'Fri', 'Saturday']
  /** The week of ISO 8601 is that of its Thursday, whose year it has. */
  const weekOf = (y: number, m: number, d: number): [number, string, number] => {
    const weekday = new Date(Date.UTC(y, m - 1, d)).getUTCDay() || 7
    const thursday = new Date(Date.UTC(y, m - 1, d + 4 - weekday))
    const year = thursday.getUTCFullYear()
    const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86400000))
    return [year, `W${two(week)}`, weekday]
  }
  type Form = (year: number, month: number, day: number, weekday: number) => string
  const forms: readonly Form[] = [
    (y, m, d) => `${y}-${two(m)}-${two(d)}`,
    (y, m, d) => `${y}/${m}/${d}`,
    (y, m, d) => `${d}.${m}.${y}`,
    (y, m, d) => `${m}/${d}/${y}`,
    (y, m, d) => `${two(d)}-${two(m)}-${two(y % 100)}`,
    (y, m, d) => `${months[m - 1]} ${d}, ${y}`,
    (y, m, d) => `${d} ${months[m - 1]} ${y}`,
    (y, m, d) => `${d}-${months[m - 1]}-${two(y % 100)}`,
    (y, m, d, w) => `${weekdays[w]}, ${two(d)} ${months[m - 1]} ${y}`,
    (y, m, d) => weekOf(y, m, d).join('-'),
    (y, m, d) => weekOf(y, m, d).join(''),
  ]
  const clocks: readonly ((h: number, m: number, s: number) => string)[] = [
    (h, m, s) => `${two(h)}:${two(m)}:${two(s)}`,
    (h, m, s) => `${two(h)}:${two(m)}:${two(s)}.000`,
    (h, m, s) => `${h % 12 || 12}:${two(m)}:${two(s)} ${h < 12 ? 'a.m.' : 'PM'}`,
  ]
  const zones = [
    ['', 0],
    ['Z', 0],
    [' GMT', 0],
    [' +0100', 60],
    ['-07:30', -450],
    ['+00', 0],
    [' -05', -300],
  ] as const
  const moment = fc.integer({ min: 0, max: 3.1e9 }).map((seconds) => new Date(1000 * seconds))
  test('in any form is read as the host reads its parts', () => {
    const all = fc.tuple(moment, fc.constantFrom(...forms), fc.constantFrom(...clocks), fc.constantFrom(...zones))
    fc.assert(
      fc.property(all, fc.boolean(), ([at, form, clock, [zone, minutes]], hasClock) => {
        const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()]
        const text = form(year, month, day, at.getUTCDay())
        const dayFirst = form !== forms[3]
        const midnight = Date.UTC(year, month - 1, day)
        expect(readDate(text, dayFirst, 0), text).toBe(midnight)
        expect(isDate(text), text).toBe(true)
        // A text that names no offset has the one that is given.
        expect(readDate(text, dayFirst, 90)).toBe(midnight - 90 * 60000)
        if (!hasClock) return
        const whole = `${text} ${clock(at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds())}${zone}`
        expect(isDate(whole), whole).toBe(true)
        expect(readDate(whole, dayFirst, 0), whole).toBe(at.getTime() - 60000 * minutes)
      }),
      { numRuns: runs(2000) },
    )
  })
  test.each([
    ['2000-Q3', '2000-07-01'],
    ['2004-W53', '2004-12-27'],
    ['2026-W01', '2025-12-29'],
    ['Jan 2000', '2000-01-01'],
    ['1-Jan-69', '1969-01-01'],
    ['1-Jan-68', '2068-01-01'],
    ['Sat Jan  1 12:30:05 2000', '2000-01-01T12:30:05Z'],
    ['Sat Jan 01 2000 00:00:00 GMT+0100 (CET)', '1999-12-31T23:00:00Z'],
    ['31/Jan/2000:12:30:05 -0700', '2000-01-31T19:30:05Z'],
    ['Nov 28 01:02:03', '1972-11-28T01:02:03Z'],
    ['Tue Feb 29 01:02:03', '1972-02-29T01:02:03Z'],
    ['9 Feb 01:02', '1972-02-09T01:02:00Z'],
    ['12:00 am', '1970-01-01T00:00:00Z'],
    ['20000131', '2000-01-31'],
  ])('%s is %s', (text, meaning) => {
    expect(readDate(text, true, 0)).toBe(Date.parse(meaning))
  })
  test.each(['31/31/2000', '2000-31-01', '30 Feb 2000', '13:30 PM', 'soon', '', '25:00'])('%s is none', (text) => {
    expect(readDate(text, true, 0)).toBeUndefined()
  })
})

describe.each(['csv', 'ndjson'])('a table of times as %s', (format) => {
  const texts = Array.from({ length: 60 }, (_, i) =>
    i === 50 ? 'never' : `${1 + (i % 28)}/${1 + (i % 12)}/2024 0${i % 9}:15`,
  )
  const numbers = texts.map((_, i) => 20240101 + (i % 28))
  const text =
    format === 'csv'
      ? ['when,day,y', ...texts.map((at, i) => `${at},${numbers[i]},${i}`)].join('\n')
      : texts.map((at, i) => JSON.stringify({ when: at, day: numbers[i], y: i })).join('\n')
  test('is read as numbers of the field, and what is no time counts as missing', async () => {
    async function* once() {
      yield text
    }
    const table = await openTable(once())
    const schema = inferSchema(table.contents, { target: { name: 'y' } })
    expect(schemaText(schema)).toBe('when:time day:time(weekday) -> y:numeric')
    const found: Reading[] = []
    for await (const readings of table.rows(schema)) found.push(...readings)
    expect(found.length).toBe(60)
    for (const [i, reading] of found.entries()) {
      if (reading.kind !== 'row') throw new Error('a row was rejected')
      expect(reading.row.day).toBe(Date.UTC(2024, 0, 1 + (i % 28)))
      expect(reading.row.when).toBe(i === 50 ? undefined : Date.UTC(2024, i % 12, 1 + (i % 28), i % 9, 15))
      expect(reading.unread).toEqual(i === 50 ? { when: 'never' } : undefined)
    }
  })
})

test('free text and many names do not become categories without a word', () => {
  expect(notice((i) => `the words of row ${i % 50}`)).toContain(
    'x is free text ("the words of row 0"): its words are read; --without x leaves it out',
  )
  const names = Array.from({ length: 1000 }, (_, i) => ({ x: `n${i % 150}`, y: i }))
  expect(inferSchema(names, { target: { name: 'y' } }).notices).toEqual([
    'x is a category of 150 names, with room for 1024; --without x leaves it out',
  ])
})

test('a date is no target unless it is declared to be one', () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ x: i, day: `2000-01-1${i % 9}` }))
  expect(() => inferSchema(rows, { target: { name: 'day' } })).toThrow(
    `the target "day" looks like a date (2000-01-10); expected numbers or a few classes; --target 'day:category' makes`,
  )
})
