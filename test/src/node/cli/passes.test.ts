import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { numeric } from '../../../../src/features/numeric.js'
import { dense } from '../../../../src/layers/dense.js'
import { huber } from '../../../../src/losses/index.js'
import { createModel } from '../../../../src/model/createModel.js'
import { shuffled } from '../../../../src/node/cli/learning/passes.js'
import { loadModel } from '../../../../src/node/index.js'
import { runs } from '../../../runs.js'
import { runHere } from './runHere.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-passes-'))
afterAll(() => rmSync(folder, { recursive: true }))
const rows = Array.from({ length: 150 }, (_, i) => ({ a: Math.round(100 * Math.sin(i)) / 100, y: (3 * i) % 11 }))
const input = join(folder, 'a.csv')
writeFileSync(input, `a,y\n${rows.map(({ a, y }) => `${a},${y}\n`).join('')}`)
const saved = join(folder, 'm.rxg')
const learn = (...args: string[]) =>
  runHere(['learn', input, '--target', 'y', '--layers', '4 tanh, 1', '--save', saved, ...args])

describe('several passes', () => {
  test('learn what a program learns that gives the rows again, and write and score the first one', async () => {
    const once = await learn()
    const thrice = await learn('--passes', '3')
    expect(thrice.code).toBe(0)
    expect(thrice.stdout).toBe(once.stdout)
    const scoresIn = (report: string) => /^MAE .*$/m.exec(report)![0]
    expect(scoresIn(thrice.stderr)).toBe(scoresIn(once.stderr))
    expect(thrice.stderr).toContain('pass    3 of 3\n')
    const model = createModel({
      ...{ features: { a: numeric() }, target: { y: numeric() }, layers: [dense(4, 'tanh'), dense(1)], loss: huber() },
    })
    for (let pass = 0; pass < 3; pass++) for (const row of rows) model.learn(row)
    const again = await loadModel(saved)
    expect(again.step).toBe(450)
    expect(again.predict({ a: 0.3 }).value).toBe(model.predict({ a: 0.3 }).value)
  })

  test('in an order of their own, which the seed decides, up to a limit', async () => {
    const thetas: unknown[] = []
    for (const more of [[], ['--shuffle'], ['--shuffle'], ['--shuffle', '--seed', '0'], ['--limit', '50']]) {
      const { code, stdout } = await learn('--passes', '2', ...more)
      expect([code, stdout.trimEnd().split('\n').length]).toEqual([0, more[0] === '--limit' ? 50 : 150])
      const { step, predict } = await loadModel(saved)
      thetas.push([step, predict({ a: 0.3 }).value])
    }
    expect(thetas[1]).toEqual(thetas[2])
    expect(thetas[1]).not.toEqual(thetas[0])
    expect(thetas.map((theta) => (theta as [number])[0])).toEqual([300, 300, 300, 300, 100])
  })

  test('need files, and rows whose order does not matter', async () => {
    const cases = [
      [['-', '--passes', '2'], '--passes reads the input again, which stdin does not allow'],
      [[input, '--passes', '2', '--horizon', '1'], '--passes learns rows again, and --horizon takes them as they come'],
      [[input, '--shuffle'], '--shuffle is about passes after the first one'],
      [
        [input, '--passes', '2', '--shuffle', '--lags', '1'],
        '--shuffle puts rows out of the order that --lags remembers',
      ],
      [[input, '--passes', '0'], '--passes "0": expected a whole number of at least 1.'],
    ] as const
    for (const [args, message] of cases) {
      const { code, stderr } = await runHere(['learn', '--target', 'y', ...args])
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
    }
  })
})

test('a shuffle keeps every item once, and a pass has an order of its own', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.nat(), fc.integer({ min: 2, max: 9 }), (items, seed, pass) => {
      const sorted = (list: readonly number[]) => [...list].sort((a, b) => a - b)
      expect(sorted(shuffled(items, seed, pass))).toEqual(sorted(items))
      expect(shuffled(items, seed, pass)).toEqual(shuffled(items, seed, pass))
    }),
    { numRuns: runs(200) },
  )
  // Each place gets each item about equally often.
  const counts = new Float64Array(16)
  for (let pass = 0; pass < 2000; pass++)
    for (const [at, item] of shuffled([0, 1, 2, 3], 7, pass).entries()) counts[4 * at + item] += 1
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100)
})
