import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { from, lastValueFrom } from 'rxjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { learn } from '../../operators/learn.js'
import { launchBrowser } from './browser.js'
import { createNet, hashOf, ROWS, rowAt } from './learnRun.js'

const rows = Array.from({ length: ROWS }, (_, i) => rowAt(i))

let server: Server
let browser: Browser
let url: string
/** What Node makes of the rows. */
let expected: string
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./learnPage.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  })
  const page =
    '<!doctype html><link rel="icon" href="data:,"><button></button><script type="module" src="/page.js"></script>'
  // No policy but under /strict/, which allows the page's script and no compilation of any kind.
  server = createServer(({ url: path = '' }, response) => {
    const script = path.startsWith('/page.js')
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    if (path.startsWith('/strict/')) response.setHeader('content-security-policy', "script-src 'self'")
    response.end(script ? outputFiles[0]?.text : page)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await launchBrowser()

  const model = createNet('wasm')
  const start = await hashOf(model)
  await lastValueFrom(from(rows).pipe(learn(model)))
  expected = await hashOf(model)
  expect(model.step).toBe(ROWS)
  expect(expected).not.toBe(start)
})
afterAll(async () => {
  await browser?.close()
  server?.close()
})

/** A tab, and everything that it complained about. */
const openTab = async (path: string): Promise<{ tab: Page; complaints: string[] }> => {
  const tab = await browser.newPage()
  const complaints: string[] = []
  tab.on('pageerror', (error) => complaints.push(error.message))
  tab.on('console', (message) => complaints.push(message.text()))
  await tab.goto(`${url}${path}`)
  return { tab, complaints }
}
/** Hands the rows to a function of the page, some at a time, as they would come. */
const feed = async (tab: Page, give: string): Promise<void> => {
  for (let i = 0; i < ROWS; i += 250)
    await tab.evaluate(`${JSON.stringify(rows.slice(i, i + 250))}.forEach((row) => ${give})`)
}
const dispatch =
  "document.querySelector('button').dispatchEvent(new CustomEvent('row', { detail: row, bubbles: true }))"

test('learn takes DOM events in a page to the θ of Node, bit for bit, in WebAssembly', async () => {
  const { tab, complaints } = await openTab('/')
  await feed(tab, dispatch)
  expect(await tab.evaluate('learned')).toBe(expected)
  expect(complaints).toEqual([])
  await tab.close()
})

test('and messages in a worker', async () => {
  const { tab, complaints } = await openTab('/')
  await tab.evaluate(`{
    globalThis.worker = new Worker('/page.js', { type: 'module' })
    globalThis.answer = new Promise((done, failed) => {
      worker.onmessage = ({ data }) => done(data)
      worker.onerror = ({ message }) => failed(new Error(message))
    })
    undefined
  }`)
  await feed(tab, 'worker.postMessage(row)')
  expect(await tab.evaluate('answer')).toBe(expected)
  expect(complaints).toEqual([])
  await tab.close()
})

test('under a policy that allows no WebAssembly the interpreter says so, and comes to the same θ', async () => {
  const { tab, complaints } = await openTab('/strict/?any')
  await feed(tab, dispatch)
  expect(await tab.evaluate('learned')).toBe(expected)
  expect(complaints).toEqual([expect.stringMatching(/^rxgrad: WebAssembly is not allowed here .* with the same bits/)])
  await tab.close()
})
