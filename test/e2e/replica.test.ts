import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { category } from '../../src/features/category.js'
import { cyclic } from '../../src/features/cyclic.js'
import { numeric } from '../../src/features/numeric.js'
import { dense } from '../../src/layers/dense.js'
import { createModel } from '../../src/model/createModel.js'
import type { Model } from '../../src/model.js'
import { createServer } from '../../src/node/index.js'
import type { Row } from '../../src/values.js'
import { launchBrowser } from './browser.js'
import { fingerprint } from './fingerprint.js'
import { scalarLearner } from './learners.js'
import type { ReplicaPage } from './replicaPage.js'

const BLOCKS = 50
const ROWS = 200

let folder: string
let browser: Browser
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxgrad-replica-'))
  await build({
    entryPoints: [fileURLToPath(new URL('./replicaPage.ts', import.meta.url))],
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
  })
  await writeFile(join(folder, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>')
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

const features = {
  temperature: numeric(),
  humidity: numeric({ scale: 'standard' }),
  room: category({ capacity: 40 }),
  hour: cyclic(24),
}
/** Every 250 rows a new room appears, throughout the stream; now and then a number is missing. */
const readings = (i: number): Row => ({
  temperature: 20 + Math.sin(i / 50) * 9,
  ...(i % 13 === 0 ? {} : { humidity: (i * 7919) % 101 }),
  room: `room ${i % 5 === 0 ? Math.floor(i / 250) : i % 3}`,
  hour: i % 24,
})
const power = (i: number): Row => ({ ...readings(i), power: 300 + 40 * Math.sin(i / 50) + (i % 24) })
const mode = (i: number): Row => ({
  ...readings(i),
  mode: ['off', 'low', 'high', 4, true][Math.floor(i / (i < 2000 ? 900 : 7)) % 5],
})

const scalars = scalarLearner()

const models: readonly (readonly [string, () => Model, (i: number) => Row, categories: boolean])[] = [
  [
    'a number in f32, its statistics after the prediction',
    () =>
      createModel({
        ...{ features, target: { power: numeric() }, layers: [dense(16, 'tanh'), dense(1)] },
        statistics: 'afterPrediction',
        seed: 7,
      }),
    power,
    true,
  ],
  [
    'one of five names in f64, by softmax',
    () =>
      createModel({
        ...{ features, target: { mode: category({ capacity: 5 }) }, layers: [dense(8, 'relu'), dense(5)] },
        precision: 'f64',
      }),
    mode,
    true,
  ],
  ['a circuit of scalars', () => scalars.model, scalars.row, false],
]

test.each(models)(
  'at equal steps, Chromium predicts the bytes of the server: %s',
  async (_, create, rowAt, categories) => {
    const model = create()
    const server = await createServer({ models: { model }, page: folder, maxHz: 1000 })
    const tab = await browser.newPage()
    const complaints: string[] = []
    tab.on('pageerror', (error) => complaints.push(error.message))
    tab.on('console', (message) => complaints.push(message.text()))
    await tab.goto(server.url)
    const there = (run: string): Promise<unknown> => tab.evaluate(`globalThis.page.${run}`)
    expect(await there("start('/')")).toBe(0)

    let next = 0
    for (let block = 0; block < BLOCKS; block += 1) {
      for (const end = next + ROWS; next < end; next += 1) {
        model.learn(rowAt(next))
        server.publish(model)
      }
      // The next rows, without labels; some have names that neither side has seen.
      const rows = Array.from({ length: ROWS }, (_unused, i) => {
        const row = { ...rowAt(next + i) }
        for (const name of Object.keys(model.target)) delete row[name]
        return row
      })
      const seen = await tab.evaluate(
        ([step, asked]) => (globalThis as unknown as { page: ReplicaPage }).page.predict(step, asked),
        [model.step, rows] as const,
      )
      expect(seen).toEqual(rows.map((row) => fingerprint(model.predict(row))))
    }
    expect(model.step).toBe(BLOCKS * ROWS)
    if (categories) expect(model.publish().vocabularies[0]?.length).toBeGreaterThan(20)
    expect(complaints).toEqual([])
    await tab.close()
    await server.close()
  },
)
