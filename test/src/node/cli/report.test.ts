import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { category } from '../../../../src/features/category.js'
import { createNameRoom } from '../../../../src/features/nameRoom.js'
import type { LearnedRows, Model } from '../../../../src/model.js'
import { predictionLines } from '../../../../src/node/cli/learning/predictions.js'
import { openEventLog } from '../../../../src/node/cli/output/eventLog.js'
import { openOutput } from '../../../../src/node/cli/output/output.js'
import { progressLine } from '../../../../src/node/cli/output/progressLine.js'
import { reportText } from '../../../../src/node/cli/output/report.js'
import { figure } from '../../../../src/node/cli/output/table.js'
import { openUnreadLog } from '../../../../src/node/cli/output/unreadLog.js'
import { contentsOf } from '../../../../src/node/sources/content.js'
import type { RowAt } from '../../../../src/node/sources/index.js'
import type { Row } from '../../../../src/values.js'

const score = (cumulative: number) => ({ cumulative, rolling: cumulative + 0.01, fading: cumulative })
const run = {
  rows: 45_312,
  seconds: 1.5,
  unlabelled: 0,
  rejected: 2,
  problems: [{ line: 7, reason: '5 fields where the header has 6', count: 1, differs: false }],
  unread: [],
  events: { rollbacks: 1, drifts: 0 },
  scores: {
    rows: 45_312,
    unscored: 0,
    metrics: [
      {
        name: 'accuracy',
        better: 'higher' as const,
        model: score(0.9035),
        baselines: { 'no-change': score(0.8533), 'majority class': score(0.5755) },
      },
    ],
  },
}

const textOf = (lines: string | Uint8Array): string =>
  typeof lines === 'string' ? lines : new TextDecoder().decode(lines)

test('the report has these lines', () => {
  expect(reportText(run).split('\n')).toEqual([
    '45,312 rows in 1.5 s (30,208 rows/s)',
    'score over 45,312 rows; 2 rejected',
    '           model  no-change  majority class',
    'accuracy  0.9035     0.8533          0.5755',
    'rollbacks: 1',
    '2 rows were rejected and not learned:',
    '  line 7: 5 fields where the header has 6',
    '  and 1 more, for other reasons',
  ])
})

test('the progress line has the parts that fit, with the share of the input and the time that is left', () => {
  expect(progressLine(run)).toBe('45,312 rows  2 rejected  accuracy 0.9035 (lately 0.9135)  no-change 0.8533')
  expect(progressLine({ ...run, share: 0.25, seconds: 20 })).toBe(
    '25 %  60 s left  45,312 rows  2 rejected  accuracy 0.9035 (lately 0.9135)',
  )
  for (let width = 20; width < 200; width++) expect(progressLine(run, width).length).toBeLessThanOrEqual(width)
})

test('the report of a category has its classes, and that of wild values their columns', () => {
  const classes = {
    names: ['no', 'yes'],
    counts: [
      [900, 100],
      [50, 1950],
    ],
    rocAuc: 0.97,
  }
  expect(
    reportText({ ...run, rejected: 0, classes, clipped: { a: 1200 } })
      .split('\n')
      .slice(3),
  ).toEqual([
    'ROC AUC of yes: 0.9700',
    'rows of  as no  as yes  recall',
    'no         900     100  0.9000',
    'yes         50   1,950  0.9750',
    'rollbacks: 1',
    'values too far away to be trusted, which were clipped: a 1,200',
  ])
})

test('rows without a score are listed beside the score, equal reasons share a line, and one row is singular', () => {
  const problems = [
    { line: 12, reason: 'c: full', count: 2_800, differs: false },
    { line: undefined, reason: 'elsewhere', count: 2, differs: false },
  ]
  const text = reportText({ ...run, rejected: 2_802, problems, scores: { ...run.scores, rows: 1_190, unscored: 10 } })
  expect(text).toContain(
    '\nscore over 1,190 rows; 2,802 rejected; 10 unscored, predicted before any row was learned or not finite\n  ',
  )
  expect(text).toMatch(/not learned:\n {2}line 12 and 2,799 more: c: full\n {2}2 times: elsewhere$/)
  expect(reportText({ ...run, rows: 1, rejected: 0 })).toMatch(/^1 row in /)
  expect(progressLine({ ...run, rows: 1 })).toMatch(/^1 row {2}/)
  expect(reportText({ ...run, rejected: 0 })).not.toContain('score over')
})

test('equal reasons are counted together, and a class without room comes with the option that makes room', () => {
  const eventLog = openEventLog('my class', category({ values: ['a', 'b'], capacity: 4 }))
  const row = { 'my class': 'e' }
  eventLog.about([{ kind: 'row', line: 7, row }])
  for (let i = 0; i < 3; i++)
    eventLog.hear({ kind: 'rejection', row, field: 'my class', reason: "my class: 'e' is new, all 4 are taken" })
  eventLog.hear({ kind: 'rejection', row: 'x,y', reason: '2 fields', cursor: 9 })
  expect(eventLog.rejected).toBe(4)
  expect(eventLog.problems).toEqual([
    {
      line: 7,
      reason: `my class: 'e' is new, all 4 are taken; give it room for more classes: --target '"my class":category(20)'`,
      count: 3,
      differs: false,
    },
    { line: 9, reason: '2 fields', count: 1, differs: false },
  ])
})

test('numbers keep their significant digits', () => {
  expect([0, 0.85328, 0.000123456, 37.0377, 123456.78, Number.NaN].map(figure)).toEqual([
    '0.0000',
    '0.8533',
    '0.000123',
    '37.0377',
    '123456.8',
    '–',
  ])
})

const rows: RowAt[] = [
  { kind: 'row', line: 2, row: { a: 1, y: 'no', id: 'x"' } },
  { kind: 'row', line: 3, row: { a: 1e200, y: 'no' } },
  { kind: 'row', line: 5, row: { a: 3 } },
]
const learned = (predictions: LearnedRows['predictions'], of: readonly Row[]): LearnedRows => ({
  kind: 'learned',
  step: 2,
  model: { labels: ['no', 'yes', 'later'] } as unknown as Model,
  rows: of,
  actual: new Float64Array(2),
  predictions,
  losses: new Float64Array(2),
})

test('predictions are JSON, and rows that the model rejected have none', () => {
  const given = rows.map(({ row }) => row)
  const refused = (row: Row) => row === given[1]
  const lines = predictionLines({ target: 'y', keep: ['id'] })
  const names = {
    kind: 'predictions' as const,
    size: 3,
    steps: Float64Array.of(0, 0, 1),
    values: Float64Array.of(1, Number.NaN, -1),
    probabilities: Float64Array.of(0.25, 0.75, 0, 0, 0, 0, 0, 0, 0),
    labels: ['no', 'yes'],
  }
  expect(lines(learned(names, given), rows, refused)).toBe(
    '{"line":2,"step":0,"prediction":"yes","probabilities":{"no":0.25,"yes":0.75},"actual":"no","id":"x\\""}\n' +
      '{"line":5,"step":1,"prediction":null}\n',
  )
  const numbers = {
    kind: 'predictions' as const,
    size: 3,
    steps: Float64Array.of(0, 0, 1),
    values: Float64Array.of(1.5, Number.NaN, Number.NaN),
  }
  expect(
    textOf(predictionLines({ target: 'a', keep: [] })(learned(numbers, given), rows, refused))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { line: 2, step: 0, prediction: 1.5, actual: 1 },
    { line: 5, step: 1, prediction: null, actual: 3 },
  ])
})

test('a class that appears after the first row has its name, and a probability from the row after it', () => {
  const given = rows.map(({ row }) => row)
  const lines = predictionLines({ target: 'y', keep: [] })(
    learned(
      {
        kind: 'predictions',
        size: 3,
        steps: Float64Array.of(0, 1, 2),
        values: Float64Array.of(1, 2, 0),
        probabilities: Float64Array.of(0.25, 0.75, 0, 0.125, 0.25, 0.625, 1, 0, 0),
        labels: ['no', 'yes'],
      },
      given,
    ),
    rows,
    () => false,
  )
  const text = textOf(lines)
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { prediction: 'yes', probabilities: { no: 0.25, yes: 0.75 } },
    { prediction: 'later', probabilities: { no: 0.125, yes: 0.25, later: 0.625 } },
    { prediction: 'no', probabilities: { no: 1, yes: 0 } },
  ])
  expect(JSON.parse(text.split('\n')[0]!).probabilities).not.toHaveProperty('later')
})

test('the output waits for its reader', async () => {
  const stream = new PassThrough({ highWaterMark: 10 })
  const output = openOutput(stream, () => {})
  let written = false
  const done = output.write('more than ten letters').then(() => {
    written = true
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(written).toBe(false)
  stream.resume()
  await done
  await output.end()
})

test('a reader that has left is reported once and is no error, and any other failure is one', async () => {
  const fail = async (code: string) => {
    const stream = new PassThrough({ highWaterMark: 1 })
    let gone = 0
    const output = openOutput(stream, () => gone++)
    const waiting = output.write('text').then(
      () => 'fine',
      (error: Error) => error.message,
    )
    stream.destroy(Object.assign(new Error('broken'), { code }))
    const result = await waiting
    expect([gone, output.gone]).toEqual([1, true])
    if (result === 'fine') await output.write('nothing')
    return result
  }
  expect(await fail('EPIPE')).toBe('fine')
  expect(await fail('ENOSPC')).toBe('the predictions cannot be written: broken.')
})

test('a column that begins after the schema was inferred is named, with what to do', () => {
  const log = openEventLog('power', category(), {})
  const naming = { kind: 'naming', step: 1200, reason: '', nearest: undefined } as const
  log.hear({ ...naming, name: 'humidity' })
  log.hear({ ...naming, name: 'pwoer', nearest: 'power' })
  log.hear({ ...naming, name: 'power' })
  expect(reportText({ ...run, notices: log.notices })).toContain(
    [
      `the column "humidity" begins after the rows from which the schema was inferred, so nothing is learned from it; give its kind, as in --features 'humidity:numeric, …'`,
      'nothing is learned from the column "pwoer". Did you mean "power"?',
    ].join('\n'),
  )
})

test('a column with more names than room comes with the option that makes room', () => {
  const room = createNameRoom(
    { values: [], capacity: 4, onFull: 'hash' },
    { crowd: { count: 9, next: 1, distinct: undefined } },
  )
  const news = room.news()!
  const log = openEventLog('power', category(), {})
  log.hear({ kind: 'capacity', step: 9, field: 'my room', ...news, reason: `my room ${news.reason}` })
  expect(log.notices).toEqual([
    `my room had about 9 names beyond its 4, which shared a column with another; --features '"my room":category(32), …' gives each its room`,
  ])
})

test('a value that cannot be read is told once, as what its column holds', () => {
  const contents = contentsOf(
    Array.from({ length: 20 }, (_, i) => ({
      n: i,
      at: `${1 + (i % 9)}/2/2024`,
      on: '2024-12-01',
      us: `1/${9 + i}/2024`,
    })),
  )
  const told: string[] = []
  const log = openUnreadLog(contents, (text) => told.push(text))
  const hear = (line: number, unread: Record<string, string>) => log.hear([{ kind: 'row', line, row: {}, unread }])
  hear(7, { n: 'off' })
  hear(8, { n: 'broken' })
  hear(9, { at: '13/2/2024' })
  hear(10, { on: 'never' })
  hear(11, { us: '13/1/2024' })
  expect(told).toEqual([
    'line 7: n is "off", not a number; such values count as missing',
    'line 9: at is "13/2/2024", so the day comes first, and is read so from here on; the rows before were read with the month first',
    'line 10: on is "never", not a date; such values count as missing',
    'line 11: us is "13/1/2024", not a date; such values count as missing',
  ])
  expect(log.columns.map(({ name, count }) => [name, count])).toEqual([
    ['n', 2],
    ['at', 1],
    ['on', 1],
    ['us', 1],
  ])
})
