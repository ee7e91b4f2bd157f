import { once } from 'node:events'
import { setTimeout as after } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createServer, type Server } from '../../../../src/node/index.js'
import { createThrottle } from '../../../../src/node/server/throttle.js'
import { encodeMessage, PROTOCOL } from '../../../../src/wire/index.js'
import { rawClient } from './rawClient.js'
import { describe as describeModel, type StandIn, standIn } from './standIn.js'

// Clients that ask for much and read nothing cost the server little, and for a short time.

const opened: { close?(): unknown; terminate?(): void }[] = []
afterEach(async () => {
  for (const it of opened.splice(0).reverse()) await (it.terminate?.() ?? it.close?.())
})
const serve = async (model: StandIn, options: object = {}): Promise<Server> => {
  const server = await createServer({ models: { power: model }, ...options })
  opened.push(server)
  return server
}
const hello = encodeMessage({ type: 'hello', protocol: PROTOCOL })
/** A client that says hello and then reads nothing at all, not even pings. */
const deaf = async (server: Server): Promise<WebSocket> => {
  const socket = new WebSocket(server.url.replace('http', 'ws'))
  opened.push(socket)
  socket.on('error', () => {})
  await once(socket, 'open')
  socket.pause()
  socket.send(hello)
  return socket
}

describe.each([1, 1000, 300_000])('clients that read nothing of a model of %d parameters', (size) => {
  test('get one welcome however often they ask, and are closed soon after slowMs', async () => {
    const model = standIn(describeModel(size))
    const server = await serve(model, { slowMs: 400, maxHz: 2 })
    const clients = await Promise.all(Array.from({ length: 3 }, () => deaf(server)))
    await vi.waitFor(() => expect(server.counters.framesSent).toBe(3), 2000)
    const { bytesSent } = server.counters
    for (let i = 0; i < 16; i++) for (const client of clients) client.send(hello)
    await after(50)
    expect(server.counters).toMatchObject({ clients: 3, bytesSent })
    await vi.waitFor(() => expect(server.counters).toMatchObject({ slow: 3 }), { timeout: 2900, interval: 10 })
    // Until then they were sent the status now and then, at most.
    expect(server.counters.bytesSent - bytesSent).toBeLessThan(3 * 200)
  })
})

test('a client that reads is answered each time, from one copy of the model and one welcome', async () => {
  const model = standIn()
  const server = await serve(model, { maxHz: 0.001 })
  const client = await rawClient(server.url)
  opened.push(client.socket)
  const welcomes = (): number => client.messages.filter(({ type }) => type === 'welcome').length
  for (let i = 1; i <= 15; i++) {
    model.advance()
    client.hello()
    await vi.waitFor(() => expect([welcomes(), client.frames.length]).toEqual([i, i]), { interval: 5 })
  }
  expect(model.copies).toBeLessThanOrEqual(2)
})

test.each(['ping', 'pong'] as const)(
  'a client that sends more than 20 %ss in a second is closed with 4429',
  async (kind) => {
    const server = await serve(standIn())
    const client = await rawClient(server.url)
    opened.push(client.socket)
    for (let i = 0; i < 25; i++) client.socket[kind](Buffer.alloc(100))
    expect(await client.closed).toBe(4429)
  },
)

test('texts of a message are cut, whatever it is and however long they are', async () => {
  const model = standIn()
  const server = await serve(model)
  const long = 'ä'.repeat(200_000)
  server.show(model, { type: 'sample', step: 0, x: [1], row: { room: long, [long]: 1 }, predicted: long })
  server.show(model, { type: 'event', kind: 'note', step: 0, text: long })
  const client = await rawClient(server.url)
  opened.push(client.socket)
  client.hello()
  const cut = `${'ä'.repeat(200)}…`
  const sample = await client.message('sample')
  expect(sample).toEqual({ type: 'sample', step: 0, x: [1], row: { room: cut, [cut]: 1 }, predicted: cut })
  expect((await client.message('event')).text).toBe(cut)
})

describe('a throttle', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  test('sends at most once per period and at most a tenth of the time, and never forgets the last request', () => {
    const works = fc.array(fc.nat(400), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(works, fc.integer({ min: 1, max: 100 }), (work, period) => {
        vi.clearAllTimers()
        const began = performance.now()
        const calls: { at: number; took: number }[] = []
        const throttle = createThrottle(period, () => {
          const took = work[calls.length % work.length]!
          calls.push({ at: performance.now(), took })
          vi.setSystemTime(Date.now() + took)
          vi.advanceTimersByTime(took)
        })
        for (let i = 0; i < 500; i++) {
          throttle.request(performance.now())
          vi.advanceTimersByTime(7)
        }
        calls.slice(1).forEach(({ at }, i) => {
          const { at: before, took } = calls[i]!
          expect(at - before).toBeGreaterThanOrEqual(Math.max(period, 10 * took) - 1)
        })
        const last = calls.at(-1)!
        expect(last.at + Math.max(period, 10 * last.took) + 8).toBeGreaterThanOrEqual(began + 3500 - 7)
        throttle.cancel()
      }),
    )
  })
})
