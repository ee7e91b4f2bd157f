import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './browser.js'

let server: Server
let browser: Browser
let page: Page

/** The page learns rows and keeps checkpoints; reloading it is a new life. */
const script = `
import { checkpoint, createModel, dense, fromRows, learn, numeric, resume } from 'rxgrad'
import { indexedDbStore } from 'rxgrad/client'
import { lastValueFrom } from 'rxjs'
globalThis.run = async (name, to) => {
  const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)], cursor: 'id' })
  const store = indexedDbStore(name)
  const resumed = await resume(store, model)
  const start = Number(resumed?.cursor ?? -1) + 1
  const rows = Array.from({ length: Math.max(0, to - start) }, (_, i) => ({ id: start + i, x: (start + i) % 7, y: 3 * ((start + i) % 7) }))
  if (rows.length > 0) await lastValueFrom(fromRows(rows).pipe(learn(model), checkpoint(store, { every: 10 })))
  return { start, step: model.step, theta: [...model.parameters], refused: resumed?.refused ?? [] }
}
globalThis.store = indexedDbStore
globalThis.load = async (name) => {
  const loaded = await indexedDbStore(name).load((bytes) => (bytes[0] === 9 ? 'it is a nine' : undefined))
  return loaded && { bytes: [...loaded.bytes], refused: loaded.refused }
}
`
beforeAll(async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: root, loader: 'ts' },
    alias: { rxgrad: `${root}operators/index.ts`, 'rxgrad/client': `${root}src/client/index.ts` },
    ...{ bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2022' },
  })
  server = createServer(({ url = '' }, response) => {
    response.setHeader('content-type', url === '/page.js' ? 'text/javascript' : 'text/html')
    response.end(
      url === '/page.js'
        ? outputFiles[0]?.text
        : '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  browser = await launchBrowser()
  page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
})
afterAll(async () => {
  await browser?.close()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

interface Ran {
  readonly start: number
  readonly step: number
  readonly theta: readonly number[]
  readonly refused: readonly string[]
}
const run = (name: string, to: number): Promise<Ran> => page.evaluate(`run('${name}', ${to})`) as Promise<Ran>

test('a page remembers over reloads, to the bit', async () => {
  const whole = await run('whole', 60)
  expect([whole.start, whole.step]).toEqual([0, 60])
  await run('parts', 25)
  await page.reload()
  expect((await run('parts', 40)).start).toBe(25)
  await page.reload()
  expect(await run('parts', 60)).toEqual({ ...whole, start: 40 })
})

test('it keeps the newest checkpoints, and loads the newest that is whole', async () => {
  const load = (name: string) => page.evaluate(`load('${name}')`)
  expect(await load('none')).toBeUndefined()
  const save = (name: string, bytes: number[]) =>
    page.evaluate(
      `(async () => { const s = store('${name}'); for (const b of [${bytes}]) await s.save(new Uint8Array([b])) })()`,
    )
  await save('bytes', [1, 2, 3])
  expect(await load('bytes')).toEqual({ bytes: [3], refused: [] })
  await save('bytes', [9])
  expect(await load('bytes')).toEqual({ bytes: [3], refused: ['checkpoint 4: it is a nine'] })
  await save('bytes', [9])
  const error = await page.evaluate(`load('bytes').catch((error) => error.message)`)
  expect(error).toBe(
    "indexedDbStore: none of the checkpoints in 'bytes' is whole: checkpoint 5: it is a nine; checkpoint 4: it is a nine.",
  )
  // What is known to be damaged is not counted among those that are kept.
  await page.evaluate(`(async () => {
    const s = store('counted')
    for (const b of [5, 9]) await s.save(new Uint8Array([b]))
    await s.load((bytes) => (bytes[0] === 9 ? 'it is a nine' : undefined))
    await s.save(new Uint8Array([9]))
  })()`)
  expect(await load('counted')).toMatchObject({ bytes: [5], refused: { length: 2 } })
})
