import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleCommand, type Command } from '../../../command.js'

let command: Command
beforeAll(async () => {
  command = await bundleCommand()
})
afterAll(() => command.remove())

const learn = async (input: string, ...args: readonly string[]) => {
  const child = spawn(process.execPath, [command.file, 'learn', '--target', 'y', '--no-predictions', ...args])
  child.stdin.end(input)
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  const error = (name: string): number => {
    const [, names = '', figures = ''] = /\n( +model .*)\nMAE +(.*)\n/.exec(stderr) ?? []
    return Number(figures.split(/ {2,}/)[names.trim().split(/ {2,}/).indexOf(name)])
  }
  return { code, stderr, error, schema: /schema {2}(.*)/.exec(stderr)?.[1] }
}

/** Months of ten years, whose numbers grow and repeat themselves in a form that no sine has. */
const heights = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
const monthly = `month,y\n${Array.from({ length: 120 }, (_, i) => {
  const month = new Date(Date.UTC(2001, i)).toISOString().slice(0, 7)
  return `${month},${(100 + i) * (1 + heights[i % 12]! / 10) + ((i * 7919) % 13) / 2}\n`
}).join('')}`

test('rows a month apart are learned with a season of 12, and without one where there shall be none', async () => {
  const [alone, none, shorter] = await Promise.all([
    learn(monthly),
    learn(monthly, '--season', 'none'),
    learn(monthly, '--season', '6'),
  ])
  expect(alone.schema).toBe('month:time(month) -> y:numeric')
  expect(alone.stderr).toContain(
    'note    by month, the rows are a month apart, so that 12 of them are a season (a year); --season ROWS gives',
  )
  expect(alone.stderr).toMatch(/experts noChange,.*, seasonal\n/)
  expect(alone.stderr).toMatch(/experts at the end: seasonal /)
  expect(alone.error('model')).toBeLessThan(alone.error('no-change over 12'))
  expect(alone.error('model')).toBeLessThan(none.error('model') / 2)
  expect(none.stderr).not.toMatch(/seasonal|a season|no-change over/)
  expect(shorter.stderr).not.toContain('so that')
  expect(shorter.error('no-change over 6')).toBeGreaterThan(0)
  expect(alone.error('model')).toBeLessThan(shorter.error('model'))
})

test('lags of the target become features, within the series of each key', async () => {
  // The next number of each device follows from its last one; the devices take turns by chance.
  const last: Record<string, number> = { a: 1, b: 70 }
  const rows = Array.from({ length: 400 }, (_, i) => {
    const device = (i * 2654435761) % 7 < 3 ? 'a' : 'b'
    last[device] = (3 * last[device]! + 1) % 101
    return { device, y: last[device]! }
  })
  const input = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const [keyed, both] = await Promise.all([
    learn(input, '--lags', '1,2', '--by', 'device', '--layers', '1'),
    learn(input, '--lags', '1'),
  ])
  expect(keyed.schema).toBe('device:category y_lag_1:lag(y, 1, device) y_lag_2:lag(y, 2, device) -> y:numeric')
  expect(both.schema).toBe('device:category y_lag_1:lag(y, 1) -> y:numeric')
  expect(keyed.code).toBe(0)
})

test('a forecast is the prediction of a later row, and is scored when its target comes', async () => {
  const start = spawn(process.execPath, [command.file, 'learn', '--target', 'y', '--horizon', '3'])
  start.stdin.end(monthly)
  const [stdout, stderr, [code]] = await Promise.all([text(start.stdout), text(start.stderr), once(start, 'close')])
  expect(code).toBe(0)
  expect(stderr).toContain('schema  month:time(month) y_lag_1:lag(y, 1) -> y:numeric')
  type Line = { line: number; step: number; forecast: number; prediction?: number; actual: number }
  const lines = stdout
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line))
  expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: 120 }, (_, i) => i + 2))
  const errors = lines.flatMap(({ prediction, actual }, i) => {
    expect(prediction).toBe(lines[i - 3]?.forecast)
    // The first forecasts were made before any row was learned.
    return prediction === undefined || lines[i - 3]!.step < lines[3]!.step ? [] : [Math.abs(prediction - actual)]
  })
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
  const reported = Number(/MAE +([\d.]+)/.exec(stderr)?.[1])
  expect(reported).toBeCloseTo(mean, 3)
  // The baseline knows no label either that comes after the forecast.
  const known = lines
    .slice(-errors.length)
    .map(({ actual }, i) => Math.abs(actual - lines[120 - errors.length + i - 3]!.actual))
  expect(Number(/MAE +[\d.]+ +([\d.]+)/.exec(stderr)?.[1])).toBeCloseTo(
    known.reduce((sum, e) => sum + e, 0) / known.length,
    3,
  )
})

test.each([
  [['--lags', '1'], 'a,y\n1,yes\n2,no\n', '--lags: y is a category, but a lag is a number'],
  [['--lags', '1'], 'y_lag_1,y\n1,3\n2,4\n', 'the input has a column "y_lag_1" already; leave it out by --without'],
  [['--by', 'a'], 'a,y\n1,3\n2,4\n', '--by "a": expected --lags or --horizon beside it, such as --lags 1,2.'],
  [['--horizon', '2', '--batch', '4'], 'a,y\n1,3\n', '--horizon learns rows one by one; leave out --batch.'],
  [['--lags', '1,1'], 'a,y\n1,3\n', '--lags "1,1": expected each number once.'],
  [['--lags', '0'], 'a,y\n1,3\n', '--lags "0": expected a whole number of at least 1 and at most 1000000.'],
  [['--season', '1'], 'a,y\n1,3\n', '--season "1": expected a whole number of at least 2 and at most 10000.'],
  [
    ['--season', '8', '--by', 'a', '--lags', '1'],
    'a,y\n1,3\n',
    '--season counts the rows of the whole input, which --by tells apart',
  ],
  [['--horizon', '9'], 'a,y\n1,3\n2,4\n', 'no target came 9 rows after a row'],
  [['--lags', '1', '--by', 'z'], 'a,y\n1,3\n2,4\n', '--by: there is no column "z"; the columns are a, y.'],
])('%j is refused where it does not fit', async (args, input, message) => {
  const { code, stderr } = await learn(input, ...args)
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})
