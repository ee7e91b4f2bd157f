import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Aedes } from 'aedes'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../bundle.js'
import { launchBrowser } from './browser.js'

const apps = new URL('../../examples/apps/', import.meta.url)
const root = fileURLToPath(new URL('../../', import.meta.url))
let folder: string
const children = new Set<ChildProcess>()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxgrad-apps-'))
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})
afterAll(() => rm(folder, { recursive: true, maxRetries: 5 }))

/** Starts an app of the examples, and resolves once it has printed what matches. */
const started = async (file: string, args: readonly string[], ready: RegExp) => {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    out += piece
  })
  await expect.poll(() => out, { timeout: 30_000 }).toMatch(ready)
  return { child, out: () => out }
}
const built = async (name: string): Promise<string> => {
  const file = join(folder, `${name}.mjs`)
  await bundle(readFileSync(new URL(`${name}.ts`, apps), 'utf8'), file, new URL(`${name}.ts`, apps))
  return file
}

describe('the service', () => {
  const events = Array.from({ length: 400 }, (_, i) => {
    const [route, bytes] = [['/search', '/cart', '/home'][i % 3], 1000 + 37 * (i % 50)]
    return { route, bytes, ms: 20 + 100 * (i % 3) + bytes / 50 }
  })
  const questions = [0, 1, 2].map((i) => ({ route: events[i]!.route, bytes: 2500 }))

  /** Sends the events to a service that is killed after these numbers of requests, and returns what it says at the end. */
  const saidAfter = async (file: string, name: string, kills: readonly number[]): Promise<unknown> => {
    const start = () => started(file, [join(folder, name), '0'], /http:\S+ has learned \d+ events\n/)
    let service = await start()
    const post = async (path: string, body: object, key?: string) => {
      const [url] = /http:\S+/.exec(service.out())!
      const headers = { 'Content-Type': 'application/json', ...(key && { 'Idempotency-Key': key }) }
      const answer = await fetch(`${url}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      expect(answer.status).toBe(200)
      return answer.json() as Promise<{ step: number; predictions: unknown }>
    }
    for (let i = 0; i < events.length; i += 20) {
      await post('rows', events.slice(i, i + 20), `events ${i}`)
      if (!kills.includes(i / 20)) continue
      service.child.kill('SIGKILL')
      await once(service.child, 'close')
      service = await start()
      // Who does not know whether a request was taken sends it again.
      await post('rows', events.slice(i, i + 20), `events ${i}`)
    }
    await expect.poll(async () => (await post('predict', [])).step, { timeout: 10_000 }).toBe(events.length)
    return post('predict', questions)
  }

  it('goes on after kill -9 as if it had never stopped', async () => {
    const file = await built('service')
    const whole = await saidAfter(file, 'whole', [])
    expect(whole).toMatchObject({ step: events.length })
    expect(await saidAfter(file, 'killed', [2, 3, 11])).toEqual(whole)
  }, 60_000)
})

describe('the alarms', () => {
  it('are published for the machine whose reading is not what its earlier ones say, also after kill -9', async () => {
    // More than it takes to know what is normal.
    const READINGS = 600
    const broker = await Aedes.createBroker()
    const server = createTcpServer(broker.handle)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    const alarms: { readonly topic: string; readonly machine: string; readonly score: number }[] = []
    let subscribed = 0
    broker.on('subscribe', () => {
      subscribed++
    })
    broker.on('publish', ({ topic, payload }) => {
      if (topic.endsWith('/alarm')) alarms.push({ ...JSON.parse(`${payload}`), topic })
    })
    const send = (machine: number, i: number, fault = 0): void => {
      const drawn = (k: number): number => Math.abs((Math.sin(i * 12.9898 + k * 78.233) * 43758.5453) % 1)
      const [speed, heat] = [1000 + 500 * drawn(1), 40 + 30 * drawn(2)]
      const power = (machine + 1) * (speed / 200 + heat / 50) + drawn(3) / 10 + fault
      const payload = Buffer.from(JSON.stringify({ speed, heat, power }))
      const topic = `machines/${machine}/reading`
      broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => {})
    }
    try {
      const file = await built('alarms')
      const app = spawn(process.execPath, [file, url], { stdio: ['ignore', 'ignore', 'inherit'] })
      children.add(app)
      await expect.poll(() => subscribed, { timeout: 30_000 }).toBe(1)
      for (let i = 0; i < READINGS; i++) for (const machine of [1, 2]) send(machine, i)
      send(2, READINGS, 30)
      await expect.poll(() => alarms.length, { timeout: 30_000 }).toBe(1)
      expect(alarms[0]).toMatchObject({ machine: '2', topic: 'machines/2/alarm' })
      expect(alarms[0]!.score).toBeGreaterThan(0)

      // The broker keeps what comes while the program is away, and gives it to the next one.
      app.kill('SIGKILL')
      await once(app, 'close')
      for (let i = 0; i < READINGS; i++) send(3, i)
      send(3, READINGS, 40)
      children.add(spawn(process.execPath, [file, url], { stdio: ['ignore', 'ignore', 'inherit'] }))
      await expect.poll(() => alarms.length, { timeout: 30_000 }).toBe(2)
      expect(alarms[1]).toMatchObject({ machine: '3', topic: 'machines/3/alarm' })
    } finally {
      for (const child of children) child.kill('SIGKILL')
      await new Promise<void>((resolve) => broker.close(resolve))
      server.close()
    }
  }, 90_000)
})

describe('the page', () => {
  let browser: Browser
  let server: Server
  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('clicks/clicks.ts', apps))],
      ...{ bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2022' },
      alias: { rxgrad: `${root}operators/index.ts`, 'rxgrad/client': `${root}src/client/index.ts` },
    })
    const page = readFileSync(new URL('clicks/index.html', apps))
    server = createServer(({ url }, response) => {
      const isScript = url === '/clicks.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
      response.end(isScript ? outputFiles![0]!.text : page)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  it('learns from clicks, remembers over a reload, and forgets if asked to', async () => {
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const topics = (): Promise<string[]> =>
      page.locator('main button').evaluateAll((all) => all.map(({ textContent }) => textContent ?? ''))
    await expect.poll(async () => (await topics()).length).toBe(9)
    for (let click = 0; click < 5; click++) await page.getByText('Jazz').click()
    const learned = await topics()
    expect(learned[0]).toMatch(/^Jazz \d\d %$/)
    // The checkpoint is written after 200 ms.
    await page.waitForTimeout(600)
    await page.reload()
    await expect.poll(topics).toEqual(learned)
    await page.getByText('Forget it').click()
    await expect.poll(topics).not.toEqual(learned)
    await expect.poll(() => page.locator('output').textContent()).toBe('0 choices are learned.')
    expect(errors).toEqual([])
    await page.close()
  }, 60_000)
})
