import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readDiffArgs, readReplayArgs } from '../../../../src/node/cli/arguments/replayArgs.js'
import { readServeConfig } from '../../../../src/node/cli/arguments/serveArgs.js'
import { bundleCommand, type Command } from '../../../command.js'
import { runHere } from './runHere.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-told-'))
afterAll(() => rmSync(folder, { recursive: true }))
const noise = (i: number): number =>
  ((Math.imul(i + 1, 2654435761) >>> 0) / 2 ** 32 + (Math.imul(i + 7, 40503) % 97) / 97) / 2
const input = join(folder, 'a.csv')
writeFileSync(
  input,
  `a,y\n${Array.from({ length: 900 }, (_, i) => `${i % 9},${(2 * (i % 9) + noise(i)).toFixed(4)}\n`).join('')}`,
)
const learn = async (...args: string[]) => {
  const { code, stdout, stderr } = await runHere(['learn', input, '--target', 'y', '--layers', '1', ...args])
  const lines =
    stdout.trim() === ''
      ? []
      : stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
  return { code, stderr, lines }
}

describe('rxgrad learn', () => {
  test('writes intervals that hold about their share, and says which share it was', async () => {
    const { code, lines, stderr } = await learn('--confidence', '80%')
    expect(code).toBe(0)
    expect(Object.keys(lines[5])).toEqual(['line', 'step', 'prediction', 'lower', 'upper', 'actual'])
    // An independent count, of the rows whose interval was known.
    const known = lines.filter(({ lower }) => lower !== null)
    const held = known.filter(({ lower, upper, actual }) => lower <= actual && actual <= upper)
    const [, share] = /^within the intervals of 80 %: ([\d.]+) %$/m.exec(stderr)!
    expect(Number(share)).toBeCloseTo((100 * held.length) / known.length, 1)
    expect(Math.abs(Number(share) - 80)).toBeLessThan(3)
    const rowwise = await learn('--confidence', '.8', '--keep', 'a')
    expect(rowwise.lines.map(({ a, ...line }) => line)).toEqual(lines)
    const forecasts = await learn('--confidence', '.8', '--horizon', '2', '--digits', '3')
    expect(Object.keys(forecasts.lines[9])).toEqual([
      'line',
      'step',
      'forecast',
      'lower',
      'upper',
      'prediction',
      'actual',
    ])
  })

  test('explains each row as it is predicted, before it is learned, and learns the same', async () => {
    const plain = await learn()
    const { lines, stderr } = await learn('--explain', '250')
    expect(lines).toEqual(plain.lines)
    const told = [...stderr.matchAll(/^why {5}line (\d+): y is predicted at (-?[\d.]+)\. Without the features/gm)]
    expect(told.map(([, line]) => Number(line))).toEqual([251, 501, 751])
    for (const [, line, value] of told) {
      const { prediction } = lines[Number(line) - 2]
      expect(Number(value)).toBe(Number(prediction.toPrecision(3)))
    }
    const last = await learn('--explain', 'last', '--limit', '700')
    const [, line, value] = /^why {5}line (\d+): y is predicted at (-?[\d.]+)\./m.exec(last.stderr)!
    expect([Number(line), Number(value)]).toEqual([701, Number(lines[699].prediction.toPrecision(3))])
    expect(last.stderr.match(/^why/gm)).toHaveLength(1)
  })

  test('writes the report as JSON, and draws the curve of the scores', async () => {
    const { stderr, lines } = await learn('--json', '--explain', 'last')
    const report = JSON.parse(stderr)
    const scored = lines.slice(1)
    const mae = scored.reduce((sum, { prediction, actual }) => sum + Math.abs(prediction - actual), 0) / scored.length
    expect(report.scores.MAE.model).toBeCloseTo(mae, 8)
    expect(report).toMatchObject({ rows: 900, scored: 899, unscored: 1, why: expect.stringMatching(/^line 901: y is/) })
    const drawn = await learn('--curve')
    expect(drawn.stderr).toMatch(/\nMAE over the last 1,000 rows: ● the model, · no-change\n *\d+\.\d+ │/)
    expect(drawn.stderr).toMatch(/\n +0 +900 rows\n$/)
  })

  test.each([
    [['--confidence', '1'], '--confidence "1": expected a share between 0 and 1, such as .9, or 90%.'],
    [['--confidence', ' '], '--confidence " ": expected a share'],
    [['--explain', '0'], '--explain "0": expected a whole number of at least 1.'],
    [['--explain', '5', '--horizon', '2'], '--explain is about the target of the row itself'],
    [['--explain', '5', '--by-key', 'a'], '--explain reads one model'],
    [['--confidence', '.5', '--by-key', 'a'], '--confidence follows the errors of one model'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await learn(...args)
    expect([code, stderr]).toEqual([2, expect.stringContaining(`rxgrad: ${message}`)])
  })
})

describe('the page on the command', () => {
  const page = readFileSync(new URL('../../../../examples/command.md', import.meta.url), 'utf8')
  let command: Command
  beforeAll(async () => {
    command = await bundleCommand()
  })
  afterAll(() => command.remove())

  test('has commands that run', () => {
    const [script = '', second = ''] = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text]) => text)
    const npx = `npx() { shift; '${process.execPath}' '${command.file}' "$@"; }\nnode() { '${process.execPath}' "$@"; }`
    const args = ['--norc', '-e', '-o', 'pipefail', '-c', `${npx}\n${script}`]
    const { stdout: out } = spawnSync('bash', args, { shell: false, cwd: folder, encoding: 'utf8' })
    expect(out).toMatch(/^file {6}y\.rxg, .*\n[\s\S]*\n300\n\{"line":301,"step":899,.*\}\n$/)
    expect(readFileSync(join(folder, 'predicted.csv'), 'utf8').split('\n')).toHaveLength(302)
    expect(readFileSync(join(folder, 'net.svg'), 'utf8')).toContain('<svg')
    // Those of a recorded run are run in replay.test.ts; each of these is a process of its own, and takes its time.
    const commands = [...second.matchAll(/^npx rxgrad (replay|diff) ([^|\n]*)/gm)]
    expect(commands).toHaveLength(3)
    for (const [, name, rest] of commands) {
      const read = name === 'replay' ? readReplayArgs : readDiffArgs
      expect(read(rest!.trim().split(' '))).not.toBe('help')
    }
  })

  test('and the folder of the service have configurations that can be read', () => {
    const [shown = '', source = ''] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text)
    expect(readServeConfig('c', JSON.parse(source), {}).models.power?.source?.journal).toBe('rows')
    const file = readFileSync(new URL('../../../../examples/service/config.json', import.meta.url), 'utf8')
    for (const text of [shown, file])
      expect(Object.keys(readServeConfig('c', JSON.parse(text), { RXGRAD_TOKEN: 'x' }).models)).toEqual([
        'power',
        'label',
      ])
  })
})
