import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { from, lastValueFrom, toArray } from 'rxjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createModel, dense, intervals, learn as learnRows, numeric } from '../../../../operators/index.js'
import { readArgs } from '../../../../src/node/cli/arguments/args.js'
import { createRandom } from '../../../../src/random.js'
import { bundleCommand, type Command } from '../../../command.js'

let command: Command
beforeAll(async () => {
  command = await bundleCommand()
})
afterAll(() => command.remove())

interface Line {
  readonly line: number
  readonly prediction: number
  readonly quantiles: Readonly<Record<string, number | null>>
  readonly actual: number
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
const { normal } = createRandom(8, 'rows')
const rows = Array.from({ length: 300 }, (_, i) => ({ x: i % 10, y: 2 * (i % 10) + normal(i) }))
const csv = `x,y\n${rows.map(({ x, y }) => `${x},${y}`).join('\n')}\n`
const layers = ['--target', 'y', '--layers', '1']

test('quantiles are written beside each prediction, and scored', async () => {
  const { code, stderr, lines } = await learn(csv, ...layers, '--quantiles', '.9,.1')
  expect(code).toBe(0)
  expect(lines).toHaveLength(300)
  // They are those of the operator around the same model.
  const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
  const told = await lastValueFrom(
    from(rows).pipe(learnRows(model), intervals(model, { levels: [0.1, 0.9] }), toArray()),
  )
  lines.forEach(({ prediction, quantiles, actual }, i) => {
    const { predictions, interval } = told[i]!
    expect([prediction, actual]).toEqual([predictions!.value, rows[i]!.y])
    expect(quantiles).toEqual(JSON.parse(JSON.stringify(interval.quantiles)))
  })
  const { frequencies } = told.at(-1)!.interval
  const [low, high] = Object.values(frequencies!).map((share) => (100 * share).toFixed(1))
  expect(stderr).toContain(`\nbelow the quantiles: 0.1 ${low} %, 0.9 ${high} %\n`)
  expect(Math.abs(Number(low) - 10) + Math.abs(Number(high) - 90)).toBeLessThan(6)
  let sum = 0
  lines.slice(1).forEach(({ prediction, quantiles, actual: y }) => {
    for (const [level, q] of Object.entries(quantiles)) {
      const [a, error] = [Number(level), y - (q ?? prediction)]
      sum += Math.max(a * error, (a - 1) * error) / 2 / 299
    }
  })
  const [, pinball] = /\npinball +(\S+)/.exec(stderr) ?? []
  expect(Number(pinball)).toBeCloseTo(sum, 3)
})

test('rows with columns beside them, and forecasts, have them too', async () => {
  const plain = await learn(csv, ...layers, '--quantiles', '.1 .9', '--digits', '4')
  const kept = await learn(csv, ...layers, '--quantiles', '.1 .9', '--digits', '4', '--keep', 'x')
  expect(kept.lines.map(({ quantiles }) => quantiles)).toEqual(plain.lines.map(({ quantiles }) => quantiles))
  expect(plain.lines.at(-1)!.quantiles['0.1']!.toString().length).toBeLessThan(8)
  const { lines, stderr } = await learn(csv, ...layers, '--quantiles', '.1,.5,.9', '--horizon', '2')
  const last = lines.at(-1)! as Line & { readonly forecast: number }
  expect(Object.keys(last.quantiles)).toEqual(['0.1', '0.5', '0.9'])
  expect(last.quantiles['0.1']).toBeLessThan(last.forecast)
  expect(last.quantiles['0.9']).toBeGreaterThan(last.forecast)
  expect(stderr).toContain('below the quantiles: 0.1 ')
})

test('a class has none', async () => {
  const { code, stderr } = await learn('x,y\n1,a\n2,b\n', '--target', 'y', '--quantiles', '.5')
  expect(code).toBe(2)
  expect(stderr).toContain('--quantiles are of numbers, but y is a category, which has probabilities; leave it out.')
})

test.each(['1', '.1,.1', 'x', '0', '-.1', '.1,,2'])('--quantiles %s is refused', (levels) => {
  expect(() => readArgs(['-', `--quantiles=${levels}`])).toThrow(
    `--quantiles "${levels}": expected numbers between 0 and 1, each once, such as .1,.5,.9.`,
  )
})
test('levels are read in any order, and not with a model for each key', () => {
  expect(readArgs(['-', '--quantiles', '0.9, .05']).quantiles).toEqual([0.05, 0.9])
  expect(() => readArgs(['-', '--quantiles', '.9', '--by-key', 'device'])).toThrow('--by-key has one for each key')
})
