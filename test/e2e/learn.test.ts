import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { from, lastValueFrom } from 'rxjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { learn } from '../../operators/learn.js'
import { kernelBytes } from '../../src/kernels/host/bytes.js'
import { createModel } from '../../src/model/createModel.js'
import type { Model } from '../../src/model.js'
import { launchBrowser } from './browser.js'
import { hashOf, netConfig, ROWS, rowAt } from './learnRun.js'

const rows = Array.from({ length: ROWS }, (_, i) => rowAt(i))

const bundled = async (name: string): Promise<string | undefined> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  })
  return outputFiles[0]?.text
}

let server: Server
let browser: Browser
let url: string
/** The result of learning the rows in Node. */
let expected: string
beforeAll(async () => {
  const [embedding, slim] = await Promise.all(['learnPage', 'slimPage'].map(bundled))
  const page = (script: string): string =>
    `<!doctype html><link rel="icon" href="data:,"><button></button><script type="module" src="${script}"></script>`
  // Only /strict/ has a policy, which allows the page's script and no compilation of any kind.
  server = createServer(({ url: path = '' }, response) => {
    const answer = (type: string, body: string | Uint8Array | undefined): void => {
      response.setHeader('content-type', type)
      response.end(body)
    }
    if (path.startsWith('/strict/')) response.setHeader('content-security-policy', "script-src 'self'")
    if (path.startsWith('/page.js')) answer('text/javascript', embedding)
    else if (path.startsWith('/slim.js')) answer('text/javascript', slim)
    else if (path === '/kernels.wasm') answer('application/wasm', kernelBytes())
    else answer('text/html', page(path.startsWith('/slim/') ? '/slim.js' : '/page.js'))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await launchBrowser()

  const model = createModel(netConfig('wasm')) as Model
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

/** Opens a tab, and collects its errors and console messages. */
const openTab = async (path: string): Promise<{ tab: Page; complaints: string[] }> => {
  const tab = await browser.newPage()
  const complaints: string[] = []
  tab.on('pageerror', (error) => complaints.push(error.message))
  tab.on('console', (message) => complaints.push(message.text()))
  await tab.goto(`${url}${path}`)
  // A page that fetches its kernels listens once it has them.
  await tab.waitForFunction('globalThis.learned !== undefined')
  return { tab, complaints }
}
/** Passes the rows to a function of the page, some at a time, as they would arrive. */
const feed = async (tab: Page, give: string): Promise<void> => {
  for (let i = 0; i < ROWS; i += 250)
    await tab.evaluate(`${JSON.stringify(rows.slice(i, i + 250))}.forEach((row) => ${give})`)
}
const dispatch =
  "document.querySelector('button').dispatchEvent(new CustomEvent('row', { detail: row, bubbles: true }))"

test('learning DOM events in a page with WebAssembly gives the θ of Node, bit for bit', async () => {
  const { tab, complaints } = await openTab('/')
  await feed(tab, dispatch)
  expect(await tab.evaluate('learned')).toBe(expected)
  expect(complaints).toEqual([])
  await tab.close()
})

test('and so does learning messages in a worker', async () => {
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

test('under a policy without WebAssembly, the interpreter runs with a warning, and gives the same θ', async () => {
  const { tab, complaints } = await openTab('/strict/?any')
  await feed(tab, dispatch)
  expect(await tab.evaluate('learned')).toBe(expected)
  expect(complaints).toEqual([expect.stringMatching(/^rxgrad: WebAssembly does not run here .* with the same bits/)])
  await tab.close()
})

test('a page that fetches the kernels gets the same θ, and so does one that gives the interpreter', async () => {
  for (const search of ['', '?interpreter']) {
    const { tab, complaints } = await openTab(`/slim/${search}`)
    await feed(tab, dispatch)
    expect(await tab.evaluate('learned')).toBe(expected)
    expect(complaints).toEqual([])
    await tab.close()
  }
})
