import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createModel, dense, fromRows, learn, numeric } from '../../../../operators/index.js'
import { type HttpIngestOptions, httpIngest } from '../../../../src/node/index.js'
import { createQueue } from '../../../../src/node/sources/queue.js'
import { pushLaws } from './laws.js'

type Reading = { readonly x: number; readonly y?: number }
const row = (x: number): Reading => ({ x })

const opened = async (options: HttpIngestOptions<Reading> = {}) => {
  const source = httpIngest<Reading>(options)
  const server = createServer((request, response) => {
    if (!source.handle(request, response)) response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rows`
  const sent: Promise<unknown>[] = []
  const post = (body: unknown, headers?: Record<string, string>) => {
    const answer = answerTo(body, headers)
    sent.push(answer)
    return answer
  }
  const answerTo = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as never }
  }
  const stop = async (): Promise<void> => {
    source.close()
    await Promise.allSettled(sent)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { source, server, url, post, stop }
}
const using = async (
  options: HttpIngestOptions<Reading>,
  run: (it: Awaited<ReturnType<typeof opened>> & { readonly found: Reading[] }) => Promise<void>,
): Promise<void> => {
  const all = await opened(options)
  const found: Reading[] = []
  const reading = (async () => {
    for await (const one of all.source) found.push(one)
  })()
  try {
    await run({ ...all, found })
  } finally {
    await all.stop()
    await reading
  }
}
const words: Record<number, 'taken' | 'full' | 'closed'> = { 200: 'taken', 429: 'full', 503: 'closed' }

describe('the queue', () => {
  pushLaws(row, async (capacity) => {
    const queue = createQueue<Reading>(capacity, 'queue')
    const { counters, offer, close, read } = queue
    const isOpen = (): boolean => !queue.isClosed
    return {
      source: { name: 'queue', counters, close, [Symbol.asyncIterator]: read },
      send: async (rows) => {
        const offered = offer(rows)
        return offered ?? (isOpen() ? 'full' : 'closed')
      },
      stop: async () => {},
    }
  })
})

describe('HTTP', () => {
  pushLaws(row, async (capacity) => {
    const { source, post, stop } = await opened({ capacity })
    return { source, stop, send: async (rows) => words[(await post(rows)).status] }
  })
})

describe('httpIngest', () => {
  it('takes a row, an array and lines, and leaves other paths to others', () =>
    using({}, async ({ found, post, url }) => {
      expect(await post({ x: 1 })).toMatchObject({ status: 200, body: { taken: 1 } })
      expect(await post([{ x: 2 }, { x: 3 }])).toMatchObject({ status: 200, body: { taken: 2 } })
      const lines = { 'Content-Type': 'application/x-ndjson' }
      expect(await post('{"x":4}\n\n{"x":5}\r\n', lines)).toMatchObject({ status: 200, body: { taken: 2 } })
      expect(found).toEqual([1, 2, 3, 4, 5].map(row))
      expect((await fetch(`${url}/more`)).status).toBe(404)
      expect((await fetch(`${url}?a=1`)).status).toBe(405)
    }))

  it('teaches a model', async () => {
    const { source, post, stop } = await opened()
    const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)], seed: 1 })
    const subscription = fromRows(source).pipe(learn(model)).subscribe()
    expect((await post([1, 2, 3].map((x) => ({ x, y: 2 * x })))).status).toBe(200)
    expect(model.counters.learned).toBe(3)
    subscription.unsubscribe()
    expect((await post({ x: 1, y: 2 })).status).toBe(503)
    await stop()
  })

  it('refuses a request with an invalid row whole, with the reason of each', () =>
    using({ check: ({ x }) => (typeof x === 'number' ? undefined : 'x is no number') }, async (all) => {
      const { status, body } = await all.post([{ x: 1 }, { x: 'a' }, null, [1]])
      expect(status).toBe(422)
      expect(body).toEqual({
        error: '3 of 4 rows are invalid.',
        rows: [
          { index: 1, reason: 'x is no number' },
          { index: 2, reason: 'the row is null; expected an object.' },
          { index: 3, reason: 'the row is an array; expected an object.' },
        ],
      })
      expect(all.found).toEqual([])
      expect(all.source.counters).toMatchObject({ received: 0, invalid: 3 })
    }))

  it('says when to send again if the queue is full, and counts the rows', async () => {
    const { source, post, stop } = await opened({ capacity: 2 })
    const first = post([{ x: 1 }, { x: 2 }])
    while (source.counters.waiting < 2) await new Promise((resolve) => setTimeout(resolve, 1))
    const refused = await post([{ x: 3 }])
    expect(refused.status).toBe(429)
    expect(refused.headers.get('Retry-After')).toBe('1')
    expect(source.counters.refused).toBe(1)
    expect((await post([{ x: 3 }, { x: 4 }, { x: 5 }])).status).toBe(413)
    source.close()
    expect((await first).status).toBe(503)
    await stop()
  })

  it('gives the rows of an idempotency key once, also while they wait, and remembers the newest keys', () =>
    using({ keys: 2 }, async ({ found, post }) => {
      const key = (key: string) => ({ 'Idempotency-Key': key })
      const twice = await Promise.all([post({ x: 1 }, key('a')), post({ x: 1 }, key('a'))])
      expect(twice.map(({ status, body }) => [status, body])).toEqual(Array(2).fill([200, { taken: 1 }]))
      expect(found).toEqual([row(1)])
      expect((await post({ x: 2 }, key('a'))).status).toBe(422)
      // What was refused is not remembered.
      expect((await post([null], key('b'))).status).toBe(422)
      expect((await post({ x: 3 }, key('b'))).status).toBe(200)
      expect((await post({ x: 1 }, key('a'))).status).toBe(200)
      expect(found).toEqual([row(1), row(3)])
      await post({ x: 4 }, key('c'))
      await post({ x: 1 }, key('a'))
      expect(found).toEqual([1, 3, 4, 1].map(row))
    }))

  it('refuses long bodies, other types, and what is not JSON', () =>
    using({ maxBytes: 20 }, async ({ source, post, url }) => {
      expect((await post(`[${' '.repeat(19)}]`)).status).toBe(413)
      const body = new Blob(['[', ' '.repeat(19), ']']).stream()
      const headers = { 'Content-Type': 'application/json' }
      const streamed = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
      expect((await fetch(url, streamed)).status).toBe(413)
      expect((await post(`[${' '.repeat(18)}]`)).status).toBe(200)
      expect((await post('{}', { 'Content-Type': 'text/plain' })).status).toBe(415)
      expect(await post('{"x":')).toMatchObject({ status: 400 })
      const lines = await post('{}\n{', { 'Content-Type': 'application/x-ndjson' })
      expect(lines.body).toEqual({ error: expect.stringContaining('line 2 is not JSON') })
      expect((await post(new Uint8Array([0x22, 0xff, 0x22]))).status).toBe(400)
      expect((await post('{}', { 'Idempotency-Key': 'k'.repeat(256) })).status).toBe(400)
      expect(source.counters.received).toBe(0)
    }))

  it('asks for the token, and refuses pages of other sites', () =>
    using({ token: 'a-token-of-20-letters' }, async ({ found, post }) => {
      expect((await post({ x: 1 })).status).toBe(401)
      expect((await post({ x: 1 }, { Authorization: 'Bearer another-token-of-20' })).status).toBe(401)
      const right = { Authorization: 'Bearer a-token-of-20-letters' }
      expect((await post({ x: 1 }, { ...right, Origin: 'https://other.example' })).status).toBe(403)
      expect(found).toEqual([])
      expect((await post({ x: 1 }, right)).status).toBe(200)
    }))

  it('answers to known names only, so that no page can send rows under a name that it points here', () =>
    using({ allowHosts: ['mine.example'] }, async ({ source, url }) => {
      const statusOf = (Host: string) =>
        new Promise((resolve) => {
          const asked = request(url, { method: 'POST', headers: { Host, 'Content-Type': 'application/json' } })
          asked.on('response', (response) => resolve(response.resume().statusCode)).end('[]')
        })
      expect(await statusOf('other.example')).toBe(403)
      expect(await statusOf('mine.example')).toBe(200)
      expect(source.counters.received).toBe(0)
    }))

  it('answers a failing check with 500 and takes nothing', () =>
    using(
      {
        check: () => {
          throw new Error('a fault of mine')
        },
      },
      async ({ found, post }) => {
        const key = { 'Idempotency-Key': 'a' }
        expect(await post({ x: 1 }, key)).toMatchObject({ status: 500, body: { error: 'a fault of mine' } })
        expect((await post({ x: 1 }, key)).status).toBe(500)
        expect(found).toEqual([])
      },
    ))

  it('answers a check that tells no reason with 500, whatever it gives, and takes nothing', async () => {
    const later = async (): Promise<never> => {
      throw new Error('later')
    }
    for (const check of [() => null, () => true, () => 0, () => ({ reason: 'x' }), async () => undefined, later])
      await using({ check: check as never }, async ({ found, post }) => {
        const { status, body } = await post({ x: 1 })
        expect(status).toBe(500)
        expect(body).toEqual({ error: expect.stringContaining('expected a text that says why, or undefined') })
        expect(found).toEqual([])
      })
  })

  it('lists the first hundred of the invalid rows', () =>
    using({}, async ({ post }) => {
      const { status, body } = await post(Array(150).fill(1))
      expect(status).toBe(422)
      expect(body).toMatchObject({ error: '150 of 150 rows are invalid. The first 100 are listed.' })
      expect((body as { rows: unknown[] }).rows).toHaveLength(100)
    }))

  it('takes the rows of a long body as those of a short one', () =>
    using({ capacity: 10_000 }, async ({ found, post }) => {
      const rows = Array.from({ length: 5000 }, (_, x) => ({ x, text: `[{"\\${x},` }))
      expect((await post(rows)).body).toEqual({ taken: 5000 })
      const lines = { 'Content-Type': 'application/x-ndjson' }
      expect((await post(rows.map((one) => JSON.stringify(one)).join('\r\n'), lines)).body).toEqual({ taken: 5000 })
      expect(found).toEqual([...rows, ...rows])
      const wrong = JSON.stringify(rows).replace('"x":4000', '"x":')
      expect((await post(wrong)).body).toEqual({
        error: expect.stringContaining('the element at index 4000 is not JSON'),
      })
      expect((await post({ x: 1 }, { 'Content-Encoding': 'gzip' })).status).toBe(415)
    }))

  it('says what is expected of its options', () => {
    expect(() => httpIngest({ path: 'rows' })).toThrow("httpIngest: path is 'rows'; expected a path such as '/rows'.")
    expect(() => httpIngest({ capacity: 0 })).toThrow('httpIngest: capacity is 0; expected a whole number')
    expect(() => httpIngest({ token: 'short' })).toThrow('httpIngest: token is malformed; expected 16')
  })
})
