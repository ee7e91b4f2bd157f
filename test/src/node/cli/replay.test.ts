import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeModel } from '../../../../src/saved/savedModel.js'
import { bundleCommand, type Command } from '../../../command.js'
import { runHere } from './runHere.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-replay-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const count = 90
const lines = Array.from({ length: count }, (_, i) => {
  const a = Math.sin(1.3 * i)
  return { at: i, device: `d${i % 3}`, a: Number(a.toFixed(4)), y: Number((3 * a + 0.1 * Math.cos(7 * i)).toFixed(4)) }
})
const file = (name: string, rows: readonly object[]): string => {
  writeFileSync(at(name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return at(name)
}
const input = file('rows.ndjson', lines)
/** The SHA-256 of θ in a saved model, recomputed from its bytes. */
const sha256 = (path: string): string => {
  const { snapshot } = decodeModel(readFileSync(path))
  const { buffer, byteOffset, byteLength } = (snapshot as { parameters: Float32Array }).parameters
  return createHash('sha256')
    .update(Buffer.from(buffer, byteOffset, byteLength))
    .digest('hex')
}
const common = ['--target', 'y', '--features', 'a', '--layers', '3 tanh, 1', '--season', 'none']
const learn = (from: string, ...args: string[]) =>
  runHere(['learn', from, ...(args.includes('--load') ? [] : common), '--no-predictions', '--quiet', ...args])
const json = async (args: readonly string[]) => {
  const { code, stdout, stderr } = await runHere([...args, '--json'])
  expect(stderr).toBe('')
  return { code, ...JSON.parse(stdout) }
}

describe('a recorded run', () => {
  const kinds: Readonly<Record<string, readonly string[]>> = {
    'row by row': [],
    'in windows, the last of which is not full': ['--batch', '8'],
    'of forecasts by series': ['--horizon', '2', '--by', 'device', '--lags', '1'],
    'with quantiles': ['--quantiles', '.1,.9'],
    'with rows that were rejected': ['--loss', 'squared'],
  }
  test.each(Object.entries(kinds))('%s is learned again to the same bits', async (name, args) => {
    const [run, whole, again] = [at(`${name}.run`), at(`${name}.rxg`), at(`${name} again.rxg`)]
    const wild = file('wild.ndjson', [...lines.slice(0, 20), { ...lines[20], a: 1e200 }, ...lines.slice(21)])
    const from = name.endsWith('rejected') ? wild : input
    const learned = await runHere(['learn', from, ...common, ...args, '--quiet', '--record', run, '--save', whole])
    expect([learned.code, learned.stderr]).toEqual([0, ''])
    const { step, sha256: hash, code, rows, of } = await json(['replay', run, '--save', again])
    expect([code, hash, rows, of]).toEqual([0, sha256(whole), count, count])
    expect(decodeModel(readFileSync(again)).snapshot).toMatchObject({ step })
    // What else is saved is the same, too: scores, errors and what waits.
    expect(await json(['diff', whole, again])).toMatchObject({ code: 0, same: true })
  })

  test('is rebuilt at any step, as a run that ended there', async () => {
    const run = at('whole.run')
    await learn(input, '--record', run)
    for (const to of [0, 1, 37, count]) {
      const ended = at(`to ${to}.rxg`)
      if (to > 0) await learn(input, '--limit', `${to}`, '--save', ended)
      const { code, step, rows, sha256: hash } = await json(['replay', run, '--to', `${to}`, '--save', at('then.rxg')])
      expect([code, step, rows, hash]).toEqual([0, to, to, sha256(to > 0 ? ended : join(run, 'start.rxg'))])
      if (to > 0) expect((await json(['diff', ended, at('then.rxg')])).same).toBe(true)
    }
    const text = await runHere(['replay', run, '--to', '37'])
    expect(text.stdout).toMatch(/^step {4}37\nrows {4}37 of 90\nsha256 {2}[0-9a-f]{64}\n$/)
  })

  test('goes on from a saved model, and begins at its step', async () => {
    const [first, second] = [file('first.ndjson', lines.slice(0, 40)), file('second.ndjson', lines.slice(40))]
    await learn(first, '--save', at('half.rxg'))
    await learn(second, '--load', at('half.rxg'), '--record', at('half.run'), '--save', at('both.rxg'))
    expect(await json(['replay', at('half.run')])).toMatchObject({ step: count, sha256: sha256(at('both.rxg')) })
    const before = await runHere(['replay', at('half.run'), '--to', '39'])
    expect([before.code, before.stderr]).toEqual([2, expect.stringContaining('half.run begins at step 40; give')])
    const behind = await runHere(['replay', at('half.run'), '--to', '91'])
    expect([behind.code, behind.stderr]).toEqual([2, expect.stringContaining('goes from step 40 to step 90; give')])
  })

  test('has the rows that were learned, and no others', async () => {
    await learn(input, '--record', at('some.run'), '--limit', '37')
    expect(await json(['replay', at('some.run')])).toMatchObject({ step: 37, rows: 37, of: 37 })
  })
})

describe('two runs', () => {
  beforeAll(async () => {
    const changed = lines.map((row, i) => (i === 49 ? { ...row, a: 0.5 } : row))
    await learn(input, '--record', at('one.run'), '--save', at('one.rxg'))
    await learn(file('other.ndjson', changed), '--record', at('other.run'), '--save', at('other.rxg'))
    await learn(file('short.ndjson', lines.slice(0, 60)), '--record', at('short.run'))
    await learn(input, '--record', at('seed.run'), '--seed', '4')
    const wide = ['--target', 'y', '--features', 'a', '--layers', '2 tanh, 1', '--quiet', '--record', at('wide.run')]
    await runHere(['learn', input, ...wide])
  })

  test('part at the row that differs, whose columns are named', async () => {
    const found = await json(['diff', at('one.run'), at('other.run')])
    expect(found).toMatchObject({ code: 1, same: false, step: 50, row: 50, settings: [] })
    expect(found.rows.map(({ a }: { a: number }) => a)).toEqual([lines[49]!.a, 0.5])
    const { stdout } = await runHere(['diff', at('one.run'), at('other.run')])
    expect(stdout).toMatch(/^the runs part at step 50, in \S+\[\d+\]: \S+ \| \S+\nby row 50, which differs in a: /)
    expect(stdout).toContain(`a: ${lines[49]!.a} | 0.5\n`)
  })

  test('are the same, end at different rows, or begin with other weights', async () => {
    expect(await json(['diff', at('one.run'), at('one.run')])).toMatchObject({ code: 0, same: true, step: 90 })
    const short = await runHere(['diff', at('one.run'), at('short.run')])
    expect([short.code, short.stdout]).toEqual([1, expect.stringContaining('the same up to step 60, where one of')])
    expect(short.stdout).toContain('one.run has 90 rows, and ')
    const seed = await runHere(['diff', at('one.run'), at('seed.run')])
    expect([seed.code, seed.stdout]).toEqual([1, expect.stringMatching(/step 0, .*\nbefore the first row\n/)])
  })

  test('of other layers, and what cannot be compared', async () => {
    const wide = await runHere(['diff', at('one.run'), at('wide.run')])
    expect([wide.code, wide.stdout]).toEqual([1, expect.stringMatching(/^the runs are of other models:\nlayers: /)])
    const pairs: [string, string, string][] = [
      ['one.run', 'one.rxg', 'is a recorded run, and '],
      ['one.rxg', 'none.rxg', 'expected two recorded runs, or two saved models'],
      ['rows.ndjson', 'one.rxg', 'these bytes are no saved model'],
    ]
    for (const [one, other, message] of pairs) {
      const { code, stderr, stdout } = await runHere(['diff', at(one), at(other)])
      expect([code, stderr, stdout]).toEqual([2, expect.stringContaining(message), ''])
    }
    cpSync(at('one.run'), at('torn.run'), { recursive: true })
    const rows = join(at('torn.run'), 'journal-0000000000000000.rxj')
    const bytes = readFileSync(rows)
    bytes[200] = bytes[200]! ^ 1
    writeFileSync(rows, bytes)
    const torn = await runHere(['replay', at('torn.run')])
    // A record is the whole block of rows here; without it there is no row.
    expect(torn.code === 1 || torn.stdout.includes('rows    0 of 0')).toBe(true)
  })

  test('of which the last rows are cut say so, and one that is not there is named', async () => {
    cpSync(at('one.run'), at('cut.run'), { recursive: true })
    const [part] = readdirSync(at('cut.run')).filter((name) => name.endsWith('.rxj'))
    const path = join(at('cut.run'), part!)
    truncateSync(path, statSync(path).size - 5)
    const { code, stderr } = await runHere(['replay', at('cut.run')])
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^note {4}.*not whole/)])
    const missing = await runHere(['diff', at('one.run'), at('nowhere.run')])
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining(`there is no ${at('nowhere.run')}`)])
  })

  test('as saved models differ in parts that are named', async () => {
    const found = await json(['diff', at('one.rxg'), at('other.rxg')])
    expect(found).toMatchObject({ code: 1, same: false, settings: [], names: [] })
    expect(found.steps).toBeUndefined()
    const first = found.tensors[0]
    const [one, other] = ['one.rxg', 'other.rxg'].map(
      (name) => (decodeModel(readFileSync(at(name))).snapshot as { parameters: Float32Array }).parameters,
    ) as [Float32Array, Float32Array]
    expect(first).toMatchObject({ index: 0, one: one[0], other: other[0], of: 3 })
    expect(first.largest).toBe(Math.max(...[0, 1, 2].map((i) => Math.abs(one[i]! - other[i]!))))
    const seed = await runHere(['diff', at('one.rxg'), join(at('seed.run'), 'start.rxg')])
    expect(seed.stdout).toMatch(/^step: 90 \| 0\n/)
    const wide = await runHere(['diff', at('one.rxg'), join(at('wide.run'), 'start.rxg')])
    expect(wide.stdout).toMatch(/^layers: .*3.* \| .*2.*\nstep: 90 \| 0\n/)
  })
})

describe('the arguments', () => {
  test.each([
    [['replay'], 'replay needs a run that was recorded'],
    [['replay', 'a', 'b'], 'replay takes one run, but "b" was given too'],
    [['replay', 'a', '--to', 'x'], '--to "x": expected a whole number'],
    [['diff', 'a'], 'diff needs two recorded runs or two saved models'],
    [['diff', 'a', 'b', 'c'], 'diff takes two, but "c"'],
    [['learn', 'a', '--target', 'y', '--record', 'r', '--by-key', 'k'], 'leave out --by-key'],
    [['learn', 'a', '--target', 'y', '--record', 'r', '--passes', '2'], 'leave out --passes'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await runHere(args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })

  test('a place that cannot hold a run, and what is none, are told', async () => {
    const full = await learn(input, '--record', folder)
    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('the folder is not empty')])
    const taken = await learn(input, '--record', input)
    expect([taken.code, taken.stderr]).toEqual([
      1,
      expect.stringContaining('this is a file; give the name of a folder'),
    ])
    for (const [path, message] of [
      [at('nowhere'), 'there is no such run; expected the folder'],
      [input, 'this is no recorded run; expected the folder'],
    ]) {
      const { code, stderr } = await runHere(['replay', path!])
      expect([code, stderr]).toEqual([1, expect.stringContaining(message!)])
    }
    expect(existsSync(at('nowhere'))).toBe(false)
  })

  test('each has its help', async () => {
    for (const name of ['replay', 'diff']) {
      const { code, stdout } = await runHere([name, '--help'])
      expect([code, stdout]).toEqual([0, (await runHere(['help', name])).stdout])
      expect(stdout).toMatch(new RegExp(`^rxgrad ${name} `))
    }
  })
})

describe('in a process of its own', () => {
  let command: Command
  beforeAll(async () => {
    command = await bundleCommand()
  })
  afterAll(() => command.remove())
  const rxgrad = (...args: string[]) =>
    new Promise<{ code: number; stdout: string }>((resolve) => {
      execFile(process.execPath, [command.file, ...args], (error, stdout) =>
        resolve({ code: (error?.code as number | undefined) ?? 0, stdout }),
      )
    })
  test('it records, replays and tells runs apart', async () => {
    const args = [...common, '--no-predictions', '--quiet', '--save', at('own.rxg'), '--record', at('own.run')]
    expect(await rxgrad('learn', input, ...args)).toEqual({ code: 0, stdout: '' })
    const { code, stdout } = await rxgrad('replay', at('own.run'))
    expect([code, stdout]).toEqual([0, `step    90\nrows    90 of 90\nsha256  ${sha256(at('own.rxg'))}\n`])
    expect((await rxgrad('diff', at('own.run'), at('other.run'))).code).toBe(1)
  })
})
