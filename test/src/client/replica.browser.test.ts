import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dense } from '../../../src/circuit/layers.js'
import { category } from '../../../src/features/category.js'
import { cyclic } from '../../../src/features/cyclic.js'
import { numeric } from '../../../src/features/numeric.js'
import { createModel } from '../../../src/model/createModel.js'
import { createServer } from '../../../src/node/index.js'
import type { Model, Row } from '../../../src/types.js'
import type { Page } from './browserPage.js'
import { launchChromium } from './chromium.js'

let folder: string
let browser: Browser
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxgrad-browser-'))
  const entry = fileURLToPath(new URL('./browserPage.ts', import.meta.url))
  await build({
    entryPoints: [entry],
    outfile: join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
  })
  await writeFile(join(folder, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>')
  browser = await launchChromium()
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
const row = (i: number): Row => ({
  temperature: 20 + Math.sin(i / 50) * 9,
  ...(i % 13 === 0 ? {} : { humidity: (i * 7919) % 101 }),
  // A room that was never seen comes up every 250 rows; the last of them share columns.
  room: `room ${i % 5 === 0 ? Math.floor(i / 250) : i % 3}`,
  hour: i % 24,
})
const models: readonly (readonly [string, () => Model, (i: number) => Row])[] = [
  [
    'a number',
    () => createModel({ features, target: { power: numeric() }, layers: [dense(16, 'tanh'), dense(1)], seed: 7 }),
    (i) => ({ ...row(i), power: 300 + 40 * Math.sin(i / 50) + (i % 24) }),
  ],
  [
    'a category, in f64',
    () =>
      createModel({
        features,
        target: { mode: category({ capacity: 5 }) },
        layers: [dense(8, 'relu'), dense(5)],
        precision: 'f64',
      }),
    (i) => ({ ...row(i), mode: ['off', 'low', 'high', 4, true][Math.floor(i / (i < 2000 ? 900 : 7)) % 5] }),
  ],
]

test.each(models)(
  'Chromium predicts the bytes of the server at equal step, over 10,000 rows: %s',
  async (_, create, labelled) => {
    const model = create()
    const server = await createServer({ models: { power: model }, page: folder, maxHz: 1000 })
    const errors: string[] = []
    const tab = await browser.newPage()
    tab.on('pageerror', (error) => errors.push(error.message))
    tab.on('console', (message) => errors.push(message.text()))
    await tab.goto(server.url)
    expect(await tab.evaluate((url) => (globalThis as unknown as { page: Page }).page.start(url), '/')).toBe(0)

    for (let round = 0; round < 50; round += 1) {
      for (let i = round * 200; i < round * 200 + 200; i += 1) {
        model.learn(labelled(i))
        server.publish(model)
      }
      const rows = Array.from({ length: 200 }, (_, i) => row(round * 200 + i + 1))
      const there = await tab.evaluate(
        ([step, asked]) => (globalThis as unknown as { page: Page }).page.predict(step, asked),
        [model.step, rows] as const,
      )
      // toEqual takes Object.is: −0 is not 0, and NaN is NaN. Numbers come out of the browser exactly.
      expect(there).toEqual(rows.map((asked) => model.predict(asked)))
    }
    expect(model.step).toBe(10_000)
    expect(model.publish().vocabularies[0].length).toBeGreaterThan(20)
    expect(errors).toEqual([])
    await tab.close()
    await server.close()
  },
)
