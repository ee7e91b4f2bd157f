import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeModel } from '../../../../src/saved/savedModel.js'
import type { SnapshotByKey } from '../../../../src/wire/snapshotByKey.js'
import { runHere } from './runHere.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-saved-by-key-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const count = 150
const keys = ['d0', 'd1', 'd2']
/** Each device has a slope of its own, so that no one model does for all. */
const rowOf = (i: number) => {
  const a = Math.round(1e4 * Math.sin(1.3 * i)) / 1e4
  return {
    device: keys[(i * i + i) % 3 === 0 ? 0 : 1 + (i % 2)]!,
    a,
    y: Math.round(1e4 * a * (1 + (i % 2))) / 1e4,
    up: a > 0 ? 'yes' : 'no',
  }
}
const rows = Array.from({ length: count }, (_, i) => rowOf(i))
const file = (name: string, given: readonly ReturnType<typeof rowOf>[]): string => {
  writeFileSync(
    at(name),
    `device,a,y,up\n${given.map(({ device, a, y, up }) => `${device},${a},${y},${up}\n`).join('')}`,
  )
  return at(name)
}
const half = 80
const [whole, first, second] = [
  file('whole.csv', rows),
  file('first.csv', rows.slice(0, half)),
  file('second.csv', rows.slice(half)),
]
const rxgrad = async (args: readonly string[]) => {
  const { code, stdout, stderr } = await runHere(args)
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"'))
  return { code, stdout, stderr, lines: lines.map((line) => JSON.parse(line)) }
}
const scoresIn = (report: string): string => report.slice(report.indexOf('score over')).replace(/\nsaved .*\n/, '\n')
const common = ['--by-key', 'device', '--season', 'none']
const kinds: Readonly<Record<string, readonly string[]>> = {
  'a number': ['--target', 'y', '--features', 'a', '--layers', '3 tanh, 1'],
  'a class': ['--target', 'up', '--features', 'a,y', '--layers', '1'],
  'forecasts with lags': ['--target', 'y', '--features', 'a', '--layers', '1', '--lags', '1', '--horizon', '2'],
}

describe('a run by key that goes on from what was saved is one that never stopped', () => {
  test.each(Object.entries(kinds))('%s', async (name, args) => {
    const model = at(`${name}.rxg`)
    const all = await rxgrad(['learn', whole, ...common, ...args, '--save', at('all.rxg')])
    const begun = await rxgrad(['learn', first, ...common, ...args, '--save', model])
    const resumed = await rxgrad(['learn', second, '--load', model, '--save', at('again.rxg')])
    expect([all.code, begun.code, resumed.code], resumed.stderr).toEqual([0, 0, 0])
    expect(resumed.stderr).toMatch(new RegExp(`loaded {2}${model}, which had learned \\d+ rows`))
    const own = (lines: readonly object[]) => lines.map((line) => ({ ...line, line: 0 }))
    expect(own(begun.lines)).toEqual(own(all.lines.slice(0, half)))
    expect(own(resumed.lines)).toEqual(own(all.lines.slice(half)))
    // The scores of all, of the worst keys and the counts go on, too.
    expect(scoresIn(resumed.stderr)).toBe(scoresIn(all.stderr))
    const same = await rxgrad(['diff', at('all.rxg'), at('again.rxg')])
    expect([same.code, same.stdout]).toEqual([0, 'the models of all keys are the same, to the bit\n'])
  })
})

describe('what was saved by key', () => {
  const [model, ...args] = ['m.rxg', ...kinds['a number']!]
  beforeAll(async () => {
    expect((await rxgrad(['learn', first, ...common, ...args, '--save', at(model!), '--quiet'])).code).toBe(0)
    for (const key of keys) {
      const alone = file(
        `${key}.csv`,
        rows.slice(0, half).filter(({ device }) => device === key),
      )
      const { code } = await rxgrad([
        'learn',
        alone,
        ...args,
        '--season',
        'none',
        '--save',
        at(`${key}.rxg`),
        '--quiet',
      ])
      expect(code).toBe(0)
    }
  })

  test('predicts each row by the model of its key, and says which keys have none', async () => {
    const { code, lines, stderr } = await rxgrad(['predict', at(model!), second])
    expect([code, stderr]).toEqual([0, ''])
    for (const key of keys) {
      const own = rows.slice(half).filter(({ device }) => device === key)
      const alone = await rxgrad(['predict', at(`${key}.rxg`), file('own.csv', own)])
      const of = lines.filter(({ device }) => device === key)
      expect(of.map(({ prediction }) => prediction)).toEqual(alone.lines.map(({ prediction }) => prediction))
    }
    const strange = file('strange.csv', [{ ...rows[0]!, device: 'd9' }, rows[1]!])
    const told = await rxgrad(['predict', at(model!), strange, '--output', 'csv'])
    expect(told.stdout.split('\n')[0]).toBe('line,device,prediction,actual')
    expect(told.stdout.split('\n')).toHaveLength(3)
    expect(told.stderr).toContain('1 row was rejected and not predicted:\n  line 2: there is no model for device "d9"')
    writeFileSync(at('lacking.csv'), 'a,y\n1,2\n')
    const lacking = await rxgrad(['predict', at(model!), at('lacking.csv')])
    expect([lacking.code, lacking.stderr]).toEqual([
      1,
      expect.stringContaining('there is no column device, which says'),
    ])
  })

  test('is scored over all rows, and by key', async () => {
    const predicted = (await rxgrad(['predict', at(model!), second])).lines
    const { code, stdout } = await rxgrad(['evaluate', at(model!), second, '--json'])
    const mean =
      predicted.reduce((sum, { prediction, actual }) => sum + Math.abs(prediction - actual), 0) / predicted.length
    const report = JSON.parse(stdout)
    expect([code, report.scored]).toEqual([0, predicted.length])
    expect(report.scores.MAE.model).toBeCloseTo(mean, 9)
    const text = (await rxgrad(['evaluate', at(model!), second])).stdout
    expect(text).toContain('models by device: 3, with room for 10,000\nMAE by device, ')
  })

  test('is told in words, and cannot be taken for another', async () => {
    const { stdout } = await rxgrad(['inspect', at(model!)])
    expect(stdout).toMatch(
      /\nmodels {4}one for each of 3 values: d\d, d\d, d\d in device\n {10}80 rows learned by all; /,
    )
    const { snapshot } = decodeModel(readFileSync(at(model!)))
    expect(new Set((snapshot as SnapshotByKey).keys)).toEqual(new Set(keys))
    const mixed = await rxgrad(['diff', at(model!), at('d0.rxg')])
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining('m.rxg has a model for each key')])
    const other = await rxgrad(['learn', second, '--load', at(model!), '--by-key', 'up'])
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('was made with --by-key "device"')])
    await rxgrad([
      'learn',
      file(
        'two.csv',
        rows.slice(0, half).filter(({ device }) => device !== 'd2'),
      ),
      ...common,
      ...args,
      '--save',
      at('two.rxg'),
    ])
    const fewer = await rxgrad(['diff', at(model!), at('two.rxg')])
    expect([fewer.code, fewer.stdout]).toEqual([1, `d2: ${at(model!)} alone has it\n`])
  })
})
