import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import * as generators from '../../../../src/generators/index.js'
import { generateHelp, readGenerateArgs } from '../../../../src/node/cli/arguments/generateArgs.js'
import { generateOptions } from '../../../../src/node/cli/arguments/generateOptions.js'
import { streams } from '../../../../src/node/cli/arguments/streams.js'
import { rowsText } from '../../../../src/node/cli/verbs/rowsText.js'
import { InputError } from '../../../../src/node/sources/index.js'
import { bundleCommand, type Command } from '../../../command.js'
import { runs } from '../../../runs.js'

let command: Command
beforeAll(async () => {
  command = await bundleCommand()
})
afterAll(() => command.remove())

const first = (stream: Iterable<object>, count: number): object[] => {
  const rows: object[] = []
  for (const row of stream) if (rows.push(row) === count) break
  return rows
}
const read = (line: string) => {
  const request = readGenerateArgs(line.split(' '))
  if (request === 'help') throw new Error('expected a request')
  return request
}
const cellValue = (cell: string): number | string => (Number.isNaN(Number(cell)) ? cell : Number(cell))

const { abrupt, gradual, friedman, hyperplane, led, sea, stagger } = generators

test.each([
  ['sea', sea()],
  ['sea --variant 3 --seed 9 --noise 0.2', sea({ variant: 3, seed: 9, noise: 0.2 })],
  ['sea --drift 3@100', abrupt(sea(), sea({ variant: 3 }), { at: 100 })],
  [
    'stagger --drift 2@50,1@90 --seed 4',
    abrupt(abrupt(stagger({ seed: 4 }), stagger({ seed: 4, variant: 2 }), { at: 50 }), stagger({ seed: 4 }), {
      at: 90,
    }),
  ],
  [
    'friedman --drift 2@60 --width 40 --seed 5',
    gradual(friedman({ seed: 5 }), friedman({ seed: 5, variant: 2 }), { at: 60, width: 40, seed: 5 }),
  ],
  ['led --drift 4@100 --irrelevant 8', abrupt(led({ irrelevant: 8 }), led({ irrelevant: 8, swapped: 4 }), { at: 100 })],
  ['hyperplane --magnitude 0.01 --features 5', hyperplane({ magnitude: 0.01, features: 5 })],
  ['random-rbf --classes 3', generators.randomRbf({ classes: 3 })],
  ['agrawal --variant 7', generators.agrawal({ variant: 7 })],
])('%s is the stream of the library', (line, stream) => {
  expect(first(read(line).stream, 200)).toEqual(first(stream, 200))
})

test('the streams are all generators that the library has', () => {
  const mixers = ['abrupt', 'gradual', 'recurrent']
  const all = Object.keys(generators).filter((name) => !mixers.includes(name))
  expect(Object.keys(streams).map((name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()))).toEqual(all)
})

/** Values that every stream accepts which has these options. */
const leastOf: Readonly<Record<string, number>> = { features: 3, centroids: 9, classes: 2 }

test('every stream takes the options that it lists, refuses the others, and has its target in every row', () => {
  const settings = new Set(Object.values(streams).flatMap((stream) => stream.settings))
  for (const [name, stream] of Object.entries(streams)) {
    for (const option of settings) {
      const line = `${name} --${option} ${leastOf[option] ?? 1}`
      if (stream.settings.includes(option)) expect(first(read(line).stream, 1), line).toHaveLength(1)
      else expect(() => read(line), line).toThrow(`${name} has no --${option}; it has --`)
    }
    for (const row of first(read(name).stream, 5)) expect(Object.keys(row)).toContain(stream.target)
    expect(generateHelp.replace(/\s+/g, ' ')).toContain(`${name} ${stream.text}`)
  }
  for (const option of Object.keys(generateOptions)) expect(generateHelp).toContain(`--${option}`)
  for (const line of generateHelp.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100)
})

test.each([
  ['', 'there is no stream ""'],
  ['se', 'Did you mean "sea"?'],
  ['sea led', 'takes one name, but "led" was given too'],
  ['sea --variant 9', 'variant is 9; expected a whole number from 1 to 4'],
  ['sea --drift 9@10', 'variant is 9'],
  ['sea --drift 2', '--drift "2": expected variants and the rows'],
  ['sea --drift 2@20,3@10', 'expected each change at a later row'],
  ['sea --drift 2@20,3@20', 'expected each change at a later row'],
  ['sea --width 10', 'give --drift too'],
  ['hyperplane --drift 2@10', 'give --magnitude'],
  ['random-rbf --drift 2@10', 'give --velocity'],
  ['sea --noise much', '--noise "much": expected a number.'],
  ['sea --rows 0', '--rows "0": expected a whole number of at least 1.'],
  ['sea --format xml', 'expected one of csv, ndjson.'],
  ['sea --row 5', 'Did you mean "--rows"? See rxgrad generate --help.'],
  ['sea --lr 5', 'there is no option --lr. See rxgrad generate --help.'],
  ['sea --target y', 'there is no option --target. See rxgrad generate --help.'],
])('%j is refused', (line, message) => {
  expect(() => read(line)).toThrow(InputError)
  expect(() => read(line)).toThrow(message)
})

test('no name is refused with the names', () => {
  expect(() => readGenerateArgs([])).toThrow('generate needs a name, one of agrawal, friedman,')
})

test('the default is 10,000 rows of CSV', () => {
  expect(read('sea')).toMatchObject({ rows: 10_000, format: 'csv' })
  expect(read('sea --rows endless').rows).toBe(Number.POSITIVE_INFINITY)
})

test('the same rows are written as CSV and as NDJSON, in whole lines and to the last bit', () => {
  const names = fc.constantFrom(...Object.keys(streams))
  fc.assert(
    fc.property(names, fc.nat(1e6), fc.integer({ min: 1, max: 1200 }), (name, seed, n) => {
      const line = `${name} --seed ${seed} --rows ${n}`
      const rows = first(read(line).stream, n)
      const pieces = [...rowsText(read(line))]
      const ndjson = [...rowsText(read(`${line} --format ndjson`))]
      expect(ndjson.join('')).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      for (const piece of pieces) expect(piece.endsWith('\n')).toBe(true)
      // What is read back must be the same number.
      const [header, ...lines] = pieces.join('').trimEnd().split('\n')
      const columns = header.split(',')
      const back = lines.map((each) =>
        Object.fromEntries(each.split(',').map((cell, j) => [columns[j], cellValue(cell)])),
      )
      expect(back).toEqual(rows)
    }),
    { numRuns: runs(20) },
  )
})

test('an endless stream comes in pieces, without a wait for its end', () => {
  const pieces = rowsText(read('sea --rows endless --format ndjson'))
  const lines = [pieces.next(), pieces.next()].flatMap(({ value }) => (value as string).trimEnd().split('\n'))
  expect(lines).toEqual(first(sea(), lines.length).map((row) => JSON.stringify(row)))
})

describe('the command', () => {
  const start = (line: string) => {
    const child = spawn(process.execPath, [command.file, 'generate', ...line.split(' ')])
    onTestFinished(() => {
      if (child.exitCode === null) child.kill('SIGKILL')
    })
    return child
  }

  test('ends without a fault when the reader closes the pipe', async () => {
    const child = start('sea --rows endless')
    const faults = text(child.stderr)
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = await once(child, 'close')
    expect([code, await faults]).toEqual([0, ''])
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at %s with whole lines and its exit code', async (signal, code) => {
    const child = start('sea --rows endless --format ndjson')
    let written = ''
    child.stdout.on('data', (piece) => {
      if (written === '') child.kill(signal)
      written += piece
    })
    expect(await once(child, 'close')).toEqual([code, null])
    const lines = written.split('\n')
    expect(lines.pop()).toBe('')
    expect(lines).toEqual(first(sea(), lines.length).map((row) => JSON.stringify(row)))
  })

  test('hears a signal while it writes to a file, which never makes it wait', { timeout: 20_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rxgrad-generate-'))
    const file = openSync(join(folder, 'rows.csv'), 'w')
    const line = ['generate', 'sea', '--rows', 'endless']
    const child = spawn(process.execPath, [command.file, ...line], { stdio: ['ignore', file, 'ignore'] })
    onTestFinished(() => {
      if (child.exitCode === null) child.kill('SIGKILL')
      closeSync(file)
      rmSync(folder, { recursive: true })
    })
    const closed = once(child, 'close')
    await expect.poll(() => fstatSync(file).size, { timeout: 15_000 }).toBeGreaterThan(0)
    child.kill('SIGINT')
    expect(await closed).toEqual([130, null])
  })
})
