import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createModel, dense, numeric } from '../../../../operators/index.js'
import { readArgs } from '../../../../src/node/cli/arguments/args.js'
import { chosenColumns } from '../../../../src/node/cli/arguments/columnOptions.js'
import { openKeyedModels } from '../../../../src/node/cli/learning/keyedModels.js'
import { schemaOf } from '../../../../src/node/cli/models/configure.js'
import type { Session } from '../../../../src/node/cli/models/session.js'
import { keysLines, reportOfKeys } from '../../../../src/node/cli/output/keysReport.js'
import { contentsOf } from '../../../../src/node/sources/content.js'
import { InputError, type Table } from '../../../../src/node/sources/index.js'
import type { Row } from '../../../../src/values.js'
import type { SnapshotByKey } from '../../../../src/wire/snapshotByKey.js'
import { bundleCommand, type Command } from '../../../command.js'

let command: Command
beforeAll(async () => {
  command = await bundleCommand()
})
afterAll(() => command.remove())

interface Line {
  readonly line: number
  readonly step: number
  readonly device: string
  readonly actual?: number | string
  readonly prediction?: number | string
  readonly forecast?: number
  readonly probabilities?: Readonly<Record<string, number>>
}
const learn = async (input: string, ...args: readonly string[]) => {
  const child = spawn(process.execPath, [command.file, 'learn', ...args])
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): Line => JSON.parse(line))
  return { code, stderr, lines }
}
/** The numbers of a line of the report. */
const numbersOf = (stderr: string, name: string): number[] =>
  (new RegExp(`\n${name} +(.*)`).exec(stderr)?.[1] ?? '').split(/ +/).map((each) => Number(each.replace(/,/g, '')))

const random = (seed: number) => () => {
  seed = (seed * 16807) % 2147483647
  return seed / 2147483647
}
const devices = ['a', 'b', 'c']
const next = random(7)
/** Each device has a law of its own, and they take turns by chance; the last rows of one lack the target. */
const rows = Array.from({ length: 240 }, (_, i) => {
  const at = Math.floor(3 * next())
  const x = 2 * next() - 1
  const isKnown = i < 220 || at !== 1
  return {
    device: devices[at]!,
    x,
    y: isKnown ? [3, -2, 0.5][at]! * x : undefined,
    up: x > 0 === (at === 1) ? 'yes' : 'no',
  }
})
const csvOf = (given: readonly (typeof rows)[number][]): string =>
  `device,x,y,up\n${given.map(({ device, x, y = '', up }) => `${device},${x},${y},${up}\n`).join('')}`
const csv = csvOf(rows)
const rowsOf = (device: string) => rows.filter((row) => row.device === device)
/** Rows without a target that come together are one step, but there are no such rows by key. */
const told = ({ device, line, step, ...rest }: Line) => ({ ...rest, ...(rest.actual !== undefined && { step }) })

const forms: Readonly<Record<string, readonly string[]>> = {
  'a number': ['--target', 'y', '--features', 'x'],
  'a class': ['--target', 'up', '--features', 'x', '--layers', '1'],
  'with lags': ['--target', 'y', '--features', 'x', '--lags', '1,2', '--optimizer', 'sgd', '--layers', '1'],
  'a later row': ['--target', 'y', '--features', 'x', '--horizon', '2', '--layers', '1'],
}
test.each(Object.entries(forms))('%s is learned by key as from the rows of each key alone', async (_, args) => {
  const [all, ...alone] = await Promise.all([
    learn(csv, ...args, '--by-key', 'device'),
    ...devices.slice(1).map((device) => learn(csvOf(rowsOf(device)), ...args)),
  ])
  expect(all!.code).toBe(0)
  expect(all!.lines.map(({ line, device }) => [line, device])).toEqual(rows.map(({ device }, i) => [i + 2, device]))
  let unlabelled = 0
  devices.slice(1).forEach((device, i) => {
    const { lines, stderr } = alone[i]!
    expect(all!.lines.filter((line) => line.device === device).map(told)).toEqual(lines.map(told))
    const name = args.includes('up') ? 'accuracy' : 'MAE'
    // The rows come between the name and the scores.
    expect(numbersOf(all!.stderr, device).slice(1)).toEqual(numbersOf(stderr, name))
    unlabelled += Number(/not learned: (\d+)/.exec(stderr)?.[1] ?? 0)
  })
  expect(Number(/predicted but not learned: (\d+)/.exec(all!.stderr)?.[1] ?? 0)).toBe(unlabelled)
  expect(all!.stderr).toContain('\nmodels by device: 3, with room for 10,000\n')
})

test('the scores of all are those of the predictions of all keys, beside the past of each key', async () => {
  const { lines, stderr } = await learn(csv, ...forms['a number']!, '--by-key', 'device')
  const last = new Map<string, number>()
  const [errors, before]: [number[], number[]] = [[], []]
  for (const { device, actual, prediction } of lines) {
    if (typeof actual !== 'number') continue
    const known = last.get(device)
    if (known !== undefined) {
      errors.push(Math.abs(actual - (prediction as number)))
      before.push(Math.abs(actual - known))
    }
    last.set(device, actual)
  }
  const mean = (list: readonly number[]): number => list.reduce((sum, each) => sum + each, 0) / list.length
  const [model, noChange] = numbersOf(stderr, 'MAE')
  expect(model).toBeCloseTo(mean(errors), 4)
  expect(noChange).toBeCloseTo(mean(before), 4)
  expect(stderr).toContain(`score over ${errors.length} rows; 3 unscored`)
  expect(stderr).toMatch(/experts at the end, in the mean of all models: (linear|net|deep)/)
})

test('the classes of all keys are told by their names, whatever came first in each', async () => {
  const texts = ['red', 'green', 'blue']
  // Every device has its own order, and its class follows from x alone.
  const input = Array.from({ length: 300 }, (_, i) => {
    const at = (i + (i % 2)) % 3
    return `${JSON.stringify({ device: i % 2, x: at, c: texts[at] })}\n`
  }).join('')
  const child = spawn(process.execPath, [command.file, 'learn', '--target', 'c:category(3)', '--by-key', 'device'])
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const lines = stdout
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line))
  for (const name of texts) {
    const counts = texts.map(
      (as) => lines.filter(({ actual, prediction, step }) => actual === name && prediction === as && step > 0).length,
    )
    const shown = numbersOf(stderr, name).slice(0, 3)
    const order = /rows of +(.*) +recall/
      .exec(stderr)![1]!
      .split(/ +(?=as )/)
      .map((each) => each.trim().slice(3))
    // The first row of each device, which is predicted before any, is not scored.
    expect(texts.map((as) => shown[order.indexOf(as)]!)).toEqual(counts)
  }
})

test('a key that makes room is counted, its rows stay in the scores of all, and it begins anew', () => {
  const make = () => createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] }) as never
  const learning = openKeyedModels({
    ...{ key: 'device', like: make(), createModel: make, capacity: 2, by: undefined, season: 'none', recent: false },
    ...{ request: { batch: 1, horizon: undefined, predictions: true }, isRejected: () => false },
    form: { target: 'y', keep: [] },
  })
  const rejections: unknown[] = []
  learning.listen((event) => event.kind === 'rejection' && rejections.push(event.reason))
  const push = (row: Row, line: number): Line[] =>
    `${learning.learn([{ kind: 'row', line, row }])}`
      .split('\n')
      .filter(Boolean)
      .map((each) => JSON.parse(each))
  const told = ['a', 'a', 'b', 'c', 'a', undefined].flatMap((device, i) => push({ device, x: i, y: i }, i))
  expect(told.map(({ device, step }) => [device, step])).toEqual([
    ['a', 0],
    ['a', 1],
    ['b', 0],
    ['c', 0],
    ['a', 0],
  ])
  expect(rejections).toEqual([expect.stringMatching(/^the key device is undefined; expected a name/)])
  expect(learning.counters()).toEqual({ learned: 5, unlabelled: 0 })
  const { about, snapshot } = learning.savable
  const again = openKeyedModels({
    ...{ key: 'device', like: make(), createModel: make, capacity: 2, by: undefined, season: 'none', recent: false },
    ...{ request: { batch: 1, horizon: undefined, predictions: true }, isRejected: () => false },
    ...{
      form: { target: 'y', keep: [] },
      session: structuredClone(about) as Session,
      saved: snapshot() as SnapshotByKey,
    },
  })
  expect([again.counters(), again.keys!(), again.scores.report()]).toEqual([
    ...[learning.counters(), learning.keys!(), learning.scores.report()],
  ])
  expect(learning.scores.report()).toMatchObject({ rows: 1, unscored: 4 })
  expect(learning.keys!()).toMatchObject({ keys: 2, capacity: 2, evicted: 2 })
  expect(keysLines(learning.keys!())).toEqual([
    'models by device: 2, with room for 2; 2 have made room for others, and their rows count above alone',
  ])
})

test('values that lay too far away are counted over all keys, also of one that begins anew', () => {
  const make = () => createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] }) as never
  const learning = openKeyedModels({
    ...{ key: 'device', like: make(), createModel: make, capacity: 1, by: undefined, season: 'none', recent: false },
    ...{ request: { batch: 1, horizon: undefined, predictions: false }, isRejected: () => false },
    form: { target: 'y', keep: [] },
  })
  let clipped: Readonly<Record<string, number>> = {}
  learning.listen((event) => {
    if (event.kind === 'clipping') clipped = event.fields
  })
  const push = (device: string, count: number, far: number): void => {
    for (let i = 0; i < count + far; i++)
      learning.learn([{ kind: 'row', line: i, row: { device, x: i < count ? i % 7 : 1e6, y: i % 3 } }])
  }
  push('a', 200, 3)
  expect(clipped.x).toBe(3)
  push('b', 1, 0)
  push('a', 200, 1)
  expect(clipped.x).toBe(4)
})

test('the worst keys are those with enough rows, the worst first', () => {
  const scoreOf = (key: string, rows: number, score: number, better: 'lower' | 'higher' = 'lower') => ({
    key,
    report: {
      ...{ rows, unscored: 1 },
      metrics: [{ name: 'MAE', better, model: { cumulative: score, rolling: 0, fading: 0 }, baselines: {} }],
    },
  })
  const many = [1, 6, 3, 5, 2, 4].map((score) => scoreOf(`k${score}`, 100, score))
  const room = { capacity: 10, evicted: 0 }
  const keysOf = (scores: Parameters<typeof reportOfKeys>[1]) =>
    reportOfKeys('device', scores, room).worst.map(({ key }) => key)
  expect(keysOf([...many, scoreOf('few', 29, 99)])).toEqual(['k6', 'k5', 'k4', 'k3', 'k2'])
  expect(keysOf([scoreOf('few', 29, 1), scoreOf('none', 0, Number.NaN)])).toEqual(['few'])
  expect(keysOf([scoreOf('good', 50, 0.9, 'higher'), scoreOf('bad', 50, 0.2, 'higher')])).toEqual(['bad', 'good'])
  expect(keysLines(reportOfKeys('device', many, room))[1]).toBe(
    'MAE by device, the 5 worst of 6, of those with 30 scored rows or more',
  )
})

test('a column of text is declared, whatever it looks like, also beside chosen features', async () => {
  const input = `body,x,y\n${rows.map(({ x, y = 0 }) => `${x > 0 ? 'warm day' : 'cold'},${x},${y}\n`).join('')}`
  const [plain, declared, pairs, beside] = await Promise.all([
    learn(input, '--target', 'y', '--layers', '1'),
    learn(input, '--target', 'y', '--layers', '1', '--text', 'body'),
    learn(input, '--target', 'y', '--layers', '1', '--text', 'body:text(2)'),
    learn(input, '--target', 'y', '--layers', '1', '--text', 'body', '--features', 'x'),
  ])
  expect(plain!.stderr).toContain('schema  body:category x:numeric -> y:numeric\n')
  expect(declared!.stderr).toContain('schema  body:text x:numeric -> y:numeric\n')
  expect(pairs!.stderr).toContain('schema  body:text(2) x:numeric -> y:numeric\n')
  expect(beside!.stderr).toContain('schema  x:numeric body:text -> y:numeric\n')
})

test('lags are features enough', async () => {
  const { code, stderr } = await learn(csv, '--target', 'y', '--without', 'x,up', '--by-key', 'device', '--lags', '1')
  expect(stderr).toContain('schema  y_lag_1:lag(y, 1) -> y:numeric\n')
  expect(code).toBe(0)
})

test.each([
  [
    ['--by-key', 'divice'],
    '--by-key: there is no column "divice"; the columns are device, x, y, up. Did you mean "device"?',
  ],
  [['--by-key', 'y'], '--by-key "y" is the target; expected a column that is known before it, such as a device.'],
  [['--by-key', 'device', '--serve', '0'], '--serve shows one model, but --by-key has one for each key'],
  [['--by-key', 'device', '--batch', '8'], '--by-key learns rows one by one; leave out --batch.'],
  [['--by-key', 'device,x'], '--by-key "device,x": expected one column.'],
  [['--by-kay', 'device'], 'there is no option --by-kay. Did you mean "--by-key"?'],
  [['--key', 'device'], 'there is no option --key. Did you mean "--by-key"?'],
  [['--by-key'], '--by-key needs a value; write --by-key COLUMN: a model for each value of this column'],
  [['--text', 'bod'], 'there is no column "bod"'],
  [['--text', 'y'], '"y" is the target, so it cannot be a feature as well; remove it from --text.'],
  [['--text', 'up:category'], '--text up:category: expected a text, as in up or up:text(2).'],
  [['--text', 'up', '--without', 'up'], '--text and --without both name "up"; remove it from one of them.'],
  [['--text', 'up', '--time', 'up'], '--text and --time both name "up"; remove it from one of them.'],
  [['--text', 'x', '--features', 'x:numeric'], '"x" is a numeric, so it cannot be free text; remove it from --text.'],
  [['--without', 'x,up', '--by-key', 'device'], 'there is no feature left from which to learn "y"'],
])('%j is refused', (args, message) => {
  const few = rows.slice(0, 5)
  const columns = ['device', 'x', 'y', 'up']
  const table = { columns, contents: contentsOf(few as unknown as Row[]), format: 'csv' } as unknown as Table
  const refused = (): void => {
    const request = readArgs(['--target', 'y', ...args])
    schemaOf(table, chosenColumns(request.columns, columns), request)
  }
  expect(refused).toThrow(InputError)
  expect(refused).toThrow(message)
})
