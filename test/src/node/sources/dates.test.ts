import { expect, test } from 'vitest'
import { isDate } from '../../../../src/node/sources/dates.js'
import { inferSchema } from '../../../../src/node/sources/index.js'

test.each([
  ...['2000-01-31', '2000/1/31', '31.01.2000', '1/31/2000', '01-31-00', '2000-01', '2000-Q1', '2000-W05', '12:30:05'],
  ...['2000-01-31T12:30:05.123Z', '2000-01-31 12:30+01:00', '1/31/2000 1:30 PM', '20000131T1230'],
  ...['Jan 1 2000', 'January 1, 2000', '1 Jan 2000', '1-Jan-00', 'Jan 2000', '31/Jan/2000:12:30:05 -0700'],
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
  'A 12:30',
])('%s is no date', (text) => expect(isDate(text)).toBe(false))

const notice = (value: (i: number) => unknown, name = 'x') => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ [name]: value(i), z: i % 7, y: i }))
  return inferSchema(rows, { target: { name: 'y' } }).notices.join()
}

test.each([
  ['seconds', (i: number) => 1.7e9 + 60 * i, 'x is left out: it looks like a time in seconds since 1970 (1700005940)'],
  ['milliseconds', (i: number) => 1.7e12 + i, 'x is left out: it looks like a time in milliseconds since 1970 ('],
  ['nanoseconds', (i: number) => 1.7e18 + 6e11 * i, 'x is left out: it looks like a time in nanoseconds since 1970 ('],
  ['compact dates', (i: number) => 20000101 + (i % 28), 'x is left out: it looks like a date (20000128)'],
  ['large numbers', (i: number) => 1e9 + ((i * 7919) % 1000) * 1e5, ''],
])('%s', (_, value, expected) => {
  expect(notice(value)).toContain(expected)
  if (expected === '') expect(notice(value)).toBe('')
})

test('the name of a column tells seconds that do not rise', () => {
  expect(notice((i) => 1e9 + ((i * 7919) % 1000) * 1e5, 'created_at')).toContain('seconds since 1970')
})

test('free text and many names do not become categories without a word', () => {
  expect(notice((i) => `the words of row ${i % 50}`)).toContain('it looks like free text ("the words of row 0")')
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
