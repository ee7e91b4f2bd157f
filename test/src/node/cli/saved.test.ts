import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { category } from '../../../../src/features/category.js'
import { numeric } from '../../../../src/features/numeric.js'
import { dense } from '../../../../src/layers/dense.js'
import { createModel } from '../../../../src/model/createModel.js'
import { loadModel, saveModel } from '../../../../src/node/index.js'
import { bundleCommand, type Command } from '../../../command.js'
import { runHere } from './runHere.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-saved-'))
afterAll(() => rmSync(folder, { recursive: true }))
let command: Command
beforeAll(async () => {
  command = await bundleCommand()
})
afterAll(() => command.remove())

const start = (args: readonly string[]) => {
  const child = spawn(process.execPath, [command.file, ...args])
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL')
  })
  return child
}
/** Runs the command in this process, which saves the time of starting another one. */
const rxgrad = async (args: readonly string[]) => {
  const { code, stdout, stderr } = await runHere(args)
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('{"'))
    .map((line) => JSON.parse(line))
  return { code, stdout, stderr, lines }
}
const at = (name: string) => join(folder, name)
const file = (name: string, content: string) => {
  writeFileSync(at(name), content)
  return at(name)
}

const count = 360
/** Seeded rows of a device, the day in a form that one row alone does not tell, and two targets. */
const table = (from: number, to: number): string => {
  let text = 'day,device,a,room,y,up\n'
  for (let i = from; i < to; i++) {
    const [a, room] = [Math.sin(1.3 * i), 'AB'[(i * i) % 2]]
    const day = `${String(1 + (i % 28)).padStart(2, '0')}/0${1 + (i % 9)}/2024`
    text += `${day},d${i % 3},${a.toFixed(4)},${room},${(3 * a + (room === 'A' ? 1 : -1) + 0.1 * Math.cos(7 * i)).toFixed(4)},${a > 0 ? 'yes' : 'no'}\n`
  }
  return text
}
const half = count / 2
const [whole, first, second] = [
  file('whole.csv', table(0, count)),
  file('first.csv', table(0, half)),
  file('second.csv', table(half, count)),
]
/** The scores and what follows them in a report, without the times. */
const scoresIn = (report: string): string => report.slice(report.indexOf('score over')).replace(/\nsaved .*\n/, '\n')

describe('a run that goes on from a saved model is one that never stopped', () => {
  const kinds: Readonly<Record<string, readonly string[]>> = {
    'a net of numbers, with dates': ['--target', 'y', '--layers', '8 tanh, 1', '--without', 'up', '--season', 'none'],
    'a class': ['--target', 'up', '--layers', '1', '--features', 'room,y', '--optimizer', 'adam', '--seed', '5'],
    'forecasts of several series': [
      ...['--target', 'y', '--layers', '1', '--features', 'a', '--lags', '1,2', '--by', 'device', '--horizon', '2'],
    ],
    'quantiles of windows': [
      ...[
        '--target',
        'y',
        '--features',
        'a, room:category(5)',
        '--layers',
        '1',
        '--batch',
        '6',
        '--quantiles',
        '.9,.1',
      ],
    ],
    experts: ['--target', 'y', '--features', 'a', '--precision', 'f64', '--season', '24'],
  }
  test.each(Object.entries(kinds))('%s', async (name, args) => {
    const [model, again] = [at(`${name}.rxg`), at('again.rxg')]
    const all = await rxgrad(['learn', whole, ...args])
    const begun = await rxgrad(['learn', first, ...args, '--save', model])
    const resumed = await rxgrad(['learn', second, '--load', model, '--save', again])
    expect([all.code, begun.code, resumed.code], resumed.stderr).toEqual([0, 0, 0])
    expect(resumed.stderr).toContain(`loaded  ${model}, which had learned `)
    const own = (lines: readonly object[]) => lines.map((line) => ({ ...line, line: 0 }))
    expect(own(begun.lines)).toEqual(own(all.lines.slice(0, half)))
    expect(own(resumed.lines)).toEqual(own(all.lines.slice(half)))
    expect(scoresIn(resumed.stderr)).toBe(scoresIn(all.stderr))
    expect(resumed.stderr).toMatch(/\nsaved {3}.*again\.rxg\n$/)
  })
})

describe('a process that ends', () => {
  const rows = (from: number, to: number) =>
    Array.from(
      { length: to - from },
      (_, i) => `${JSON.stringify({ x: (from + i) % 7, y: 2 * ((from + i) % 7) + 1 })}\n`,
    )
  const args = ['--target', 'y', '--layers', '1', '--save', at('live.rxg')]

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s has saved all that it learned', async (signal) => {
    const child = start(['learn', ...args])
    child.stdin.write(rows(0, 50).join(''))
    const stdout = text(child.stdout)
    await once(child.stdout, 'data')
    child.kill(signal)
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect([code, stderr]).toEqual([signal === 'SIGINT' ? 130 : 143, expect.stringMatching(/\nsaved {3}.*live\.rxg\n/)])
    const { step } = await loadModel(at('live.rxg'))
    expect(step).toBe((await stdout).trimEnd().split('\n').length)
  })

  test('by SIGKILL has saved every 10 rows, whole', async () => {
    rmSync(at('live.rxg'), { force: true })
    const child = start(['learn', ...args, '--save-every', '10'])
    child.stdin.on('error', () => {})
    let sent = 0
    const more = setInterval(() => {
      child.stdin.write(rows(sent, sent + 5).join(''))
      sent += 5
    }, 5)
    onTestFinished(() => clearInterval(more))
    await expect.poll(() => existsSync(at('live.rxg')), { timeout: 30_000 }).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'close')
    clearInterval(more)
    const { step } = await loadModel(at('live.rxg'))
    expect(step).toBeGreaterThanOrEqual(10)
    const more5 = file('more.ndjson', rows(step, step + 5).join(''))
    const { code, lines } = await rxgrad(['learn', more5, '--load', at('live.rxg')])
    expect([code, lines.length, lines[0].step]).toEqual([0, 5, step])
  })
})

describe('a saved model predicts, is scored and is described', () => {
  const args = [
    '--target',
    'y',
    '--layers',
    '1',
    '--features',
    'a, room',
    '--lags',
    '1',
    '--quantiles',
    '.1,.9',
    '--confidence',
    '.8',
  ]
  const model = at('m.rxg')
  beforeAll(async () => {
    const { code } = await rxgrad(['learn', first, ...args, '--save', model])
    expect(code).toBe(0)
  })

  test('although most lines are no rows, and refuses an input without any', async () => {
    const [header, row] = table(half, half + 1).split('\n')
    const broken = file('broken.csv', `${header}\n1\n${row}\n2\n3,d1\n`)
    const { code, lines, stderr } = await rxgrad(['predict', model, broken])
    expect([code, lines.map(({ line }) => line)]).toEqual([0, [3]])
    expect(stderr).toContain('3 rows were rejected and not predicted')
    const json = file(
      'broken.ndjson',
      '{"a":nothing}\n{"day":"01/02/2024","device":"d1","a":0.5,"room":"A","y":2}\nno row\nno row\n',
    )
    const read = await rxgrad(['predict', model, json])
    expect([read.code, read.lines.map(({ line }) => line)]).toEqual([0, [2]])
    const scored = await rxgrad(['evaluate', model, broken, '--json'])
    expect(JSON.parse(scored.stdout)).toMatchObject({ rows: 1, rejected: 3 })
    const none = await rxgrad(['predict', model, file('none.csv', `${header}\n1\n2\n`)])
    expect([none.code, none.lines]).toEqual([1, []])
    expect(none.stderr).toMatch(/no row (could be predicted|that can be read); the first problem is: line 2/)
  })

  test('row by row, with the lags of the rows before, as NDJSON and as CSV', async () => {
    const json = await rxgrad(['predict', model, second, '--explain', '2'])
    const form = ['--output', 'csv', '--keep', 'device', '--limit', '3', '--explain', 'last']
    const csv = await rxgrad(['predict', model, second, ...form])
    const scores = await rxgrad(['evaluate', model, second, '--json'])
    expect([json.code, csv.code, scores.code]).toEqual([0, 0, 0])
    expect(json.lines).toHaveLength(half)
    const [one, two] = json.lines
    expect(Object.keys(one)).toEqual(['line', 'prediction', 'lower', 'upper', 'quantiles', 'actual'])
    // The first row recalls what was learned last, and each other one the target of the row before it.
    const alone = await loadModel(model)
    const cells = table(half, half + 1)
      .split('\n')[1]!
      .split(',')
    expect(one.prediction).toBe(alone.predict({ a: Number(cells[2]), room: cells[3] }).value)
    const lines = readFileSync(second, 'utf8').split('\n')
    const changed = file(
      'changed.csv',
      lines.map((line, i) => (i === 5 ? line.replace(/,[^,]*,(yes|no)$/, ',9,$1') : line)).join('\n'),
    )
    const others = (await rxgrad(['predict', model, changed])).lines
    expect(others.flatMap(({ prediction }, i) => (prediction === json.lines[i].prediction ? [] : [i]))).toEqual([5])
    const { a, room, y_lag_1 } = two.contributions
    expect(Object.keys(two.contributions)).toEqual(['a', 'room', 'y_lag_1'])
    expect(two.why).toMatch(/^y is predicted at .* Without the features it would be /)
    const without = Number(/would be (-?[\d.]+)/.exec(two.why)![1])
    expect(a + room + y_lag_1 + without).toBeCloseTo(two.prediction, 1)
    expect(csv.stdout.split('\n').slice(0, 2)).toEqual([
      'line,prediction,lower,upper,quantiles.0.1,quantiles.0.9,actual,device',
      ['line', 'prediction', 'lower', 'upper', 0.1, 0.9, 'actual']
        .map((name) => (typeof name === 'number' ? one.quantiles[name] : one[name]))
        .concat('d0')
        .join(','),
    ])
    expect(csv.stderr).toMatch(/^why {5}y is predicted at /)
    const mae = json.lines.reduce((sum, { prediction, actual }) => sum + Math.abs(prediction - actual), 0) / half
    const report = JSON.parse(scores.stdout)
    expect(report).toMatchObject({ rows: half, rejected: 0, scored: half })
    expect(report.scores.MAE.model).toBeCloseTo(mae, 10)
  })

  test('in words, and as a picture', async () => {
    const { code, stdout } = await rxgrad(['inspect', model, '--svg', at('m.svg')])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^file {6}.*m\.rxg, [\d,]+ bytes, saved by rxgrad learn\nlearned {3}180 rows in 180 steps\nfrom {6}a, numeric\n {10}room, one of 2 names: A, B\n/,
    )
    expect(stdout).toContain('predicts  y, a number\n')
    expect(stdout).toContain(
      'options   --target y --layers 1 --features "a, room" --lags 1 --quantiles .1,.9 --confidence .8\n',
    )
    expect(stdout).toMatch(/nets {6}66 → 1\n/)
    expect(stdout).toMatch(/\nMAE +[\d.]+ /)
    const svg = readFileSync(at('m.svg'), 'utf8')
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
    expect(svg).toContain('>room A</text>')
    expect(svg).not.toContain('NaN')
    for (const tag of ['svg', 'text', 'title']) expect(svg.split(`<${tag}`).length).toBe(svg.split(`</${tag}>`).length)
  })

  test('if a program has saved it, too', async () => {
    const model = createModel({
      features: { a: numeric(), room: category() },
      target: { up: category({ values: ['no', 'yes'] }) },
      layers: [dense(1)],
    })
    for (let i = 0; i < 200; i++) model.learn({ a: Math.sin(i), room: 'AB'[i % 2], up: Math.sin(i) > 0 ? 'yes' : 'no' })
    await saveModel(model as never, at('program.rxg'))
    const few = file('few.ndjson', '{"a":0.5,"room":"A"}\n{"a":-0.5}\n{"a":"x"}\n')
    const predicted = await rxgrad(['predict', at('program.rxg'), few])
    const evaluated = await rxgrad(['evaluate', at('program.rxg'), whole])
    const inspected = await rxgrad(['inspect', at('program.rxg')])
    const learned = await rxgrad(['learn', second, '--load', at('program.rxg')])
    expect(predicted.lines.slice(0, 2)).toEqual(
      [{ a: 0.5, room: 'A' }, { a: -0.5 }].map((row, i) => {
        const { value, probabilities } = model.predict(row as never)
        return { line: i + 1, prediction: value, probabilities }
      }),
    )
    expect(predicted.stderr).toBe('values that could not be read and counted as missing: a 1 ("x" in line 3)\n')
    expect(evaluated.stdout).toMatch(/accuracy +0\.[89]\d+ +0\.\d+/)
    expect(evaluated.stdout).toMatch(/rows of +as no +as yes +recall\n/)
    expect(inspected.stdout).toContain('saved by a program\n')
    expect([learned.code, learned.stderr]).toEqual([
      2,
      expect.stringContaining('a program has saved this model, and goes on from it'),
    ])
  })
})

describe('one line says what is wrong, and the exit code whose fault it is', () => {
  const cases: readonly (readonly [args: readonly string[], code: number, message: string | RegExp])[] = [
    [
      ['predict'],
      2,
      'predict needs a model that was saved, as by rxgrad learn --save; write rxgrad predict model.rxg.',
    ],
    [['predict', at('nowhere.rxg')], 1, 'nowhere.rxg: there is no such file'],
    [['predict', first], 1, 'first.csv: these bytes are no saved model'],
    [['predict', at('m.rxg'), 'nowhere.csv'], 1, 'there is no file nowhere.csv'],
    [['predict', at('m.rxg'), first, '--keep', 'devise'], 2, '--keep: there is no column "devise"'],
    [['predict', at('m.rxg'), '--output', 'xml'], 2, '--output "xml": expected one of ndjson, csv.'],
    [['predict', at('m.rxg'), '--explain', 'all'], 2, '--explain "all": expected a whole number of at least 1'],
    [['inspect', at('m.rxg'), at('n.rxg')], 2, 'inspect takes one model, but "'],
    [['inspect', at('m.rxg'), '--svg', at('no/where.svg')], 1, 'no/where.svg cannot be written: '],
    [['learn', first, '--load', at('m.rxg'), '--layers', '2'], 2, 'm.rxg was made with --layers "1"; leave it out'],
    [['learn', first, '--load', at('m.rxg'), '--seed', '2'], 2, 'm.rxg was made without it; leave it out'],
    [['learn', first, '--target', 'y', '--save', at('no/m.rxg')], 1, 'no; make it first.'],
    [['learn', first, '--target', 'y', '--save', folder], 1, ': this is a folder; give the name of a file'],
    [['learn', first, '--target', 'y', '--save-every', '5'], 2, '--save-every says how often, but not where'],
    [
      ['learn', first, '--target', 'y', '--save', 'n', '--save-every', '5m'],
      2,
      '--save-every "5m": expected a number of rows',
    ],
    [['learn', first, '--target', 'y', '--save', 'n', '--by-key', 'device'], 2, '--by-key has one for each key'],
    [['learn', first, '--target', 'z'], 2, 'there is no column "z".'],
  ]
  test('for every command', async () => {
    await rxgrad(['learn', first, '--target', 'y', '--layers', '1', '--features', 'a', '--save', at('m.rxg')])
    for (const [args, expected, message] of cases) {
      const { code, stdout, stderr } = await rxgrad(args)
      const last = stderr
        .trimEnd()
        .split('\n')
        .filter((line) => !/^(note|schema|layers|experts) /.test(line))
      expect(last, args.join(' ')).toEqual([expect.stringContaining(`${message}`)])
      expect(last[0]).toMatch(/^rxgrad: .*[.?]$/)
      expect([code, stdout], args.join(' ')).toEqual([expected, ''])
    }
  })
})

test('a saved model reads dates and names as its first input showed them', async () => {
  // The day is first in the one, and a row of the other does not tell; 007 is a name among names.
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${String(1 + (i % 28)).padStart(2, '0')}/03/2024,${['7', 'x', 'y'][i % 3]},${i % 5}\n`,
  )
  const begun = file('begun.csv', `day,code,y\n${rows.join('')}`)
  const more = file('more.csv', 'day,code,y\n05/03/2024,7,1\n')
  const both = file('both.csv', `day,code,y\n${rows.join('')}05/03/2024,7,1\n`)
  const args = ['--target', 'y:numeric', '--layers', '1', '--season', 'none']
  await rxgrad(['learn', begun, ...args, '--save', at('dates.rxg')])
  const resumed = await rxgrad(['learn', more, '--load', at('dates.rxg')])
  const whole = await rxgrad(['learn', both, ...args])
  expect(resumed.lines[0].prediction).toBe(whole.lines[60].prediction)
})
