import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it, test } from 'vitest'
import { createModel, dense, numeric } from '../../../../operators/index.js'
import type { Answer } from '../../../../src/node/http/answer.js'
import { inSlices } from '../../../../src/node/http/inSlices.js'
import { reply } from '../../../../src/node/http/reply.js'
import { createServer as createLive, httpIngest } from '../../../../src/node/index.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const listening = async (listener: Parameters<typeof createServer>[1]): Promise<string> => {
  const http = createServer(listener)
  closing.push(() => {
    http.closeAllConnections()
    http.close()
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

it('answers 500 to whatever is thrown, and to what cannot be sent', async () => {
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  const given: [() => Promise<Answer>, string][] = [
    [() => Promise.reject(new Error('a fault')), 'a fault'],
    [() => Promise.reject(null), 'null was thrown'],
    [() => Promise.reject(undefined), 'undefined was thrown'],
    [() => Promise.reject('a text'), "'a text' was thrown"],
    [() => Promise.reject({ message: 5 }), 'an object was thrown'],
    [async () => ({ status: 200, body: 5n }), 'BigInt'],
    [async () => ({ status: 200, body: cyclic }), 'circular'],
  ]
  let next = given[0]![0]
  const url = await listening((request, response) => reply(request, response, next(), undefined))
  for (const [answer, error] of given) {
    next = answer
    const answered = await fetch(url)
    expect(answered.status).toBe(500)
    expect(((await answered.json()) as { error: string }).error).toContain(error)
  }
})

it('leaves a request alone that somebody else has answered, or whose sender has gone', async () => {
  let late: Promise<void> = Promise.resolve()
  const url = await listening((request, response) => {
    let give = (_: Answer): void => {}
    const answer = new Promise<Answer>((resolve) => {
      give = resolve
    })
    reply(request, response, answer, undefined)
    if (request.url === '/gone') response.destroy()
    else response.writeHead(504).end('too late')
    late = new Promise((resolve) => setTimeout(resolve, 5)).then(() => give({ status: 200, body: {} }))
  })
  expect(await (await fetch(url)).text()).toBe('too late')
  await late
  await expect(fetch(`${url}/gone`)).rejects.toThrow()
  await late
  // A rejection that nobody handles would fail this test.
  await new Promise((resolve) => setImmediate(resolve))
})

it('ends a connection whose body was not read to its end, and keeps all others', async () => {
  const url = await listening((request, response) => {
    if (request.url === '/unread') reply(request, response, Promise.resolve({ status: 413, body: {} }), undefined)
    else
      request.resume().on('end', () => reply(request, response, Promise.resolve({ status: 200, body: {} }), undefined))
  })
  const body = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(1000)) })
  const unread = await fetch(`${url}/unread`, { method: 'POST', body, duplex: 'half' } as RequestInit)
  expect([unread.status, unread.headers.get('connection')]).toEqual([413, 'close'])
  const read = await fetch(url, { method: 'POST', body: 'all of it' })
  expect([read.status, read.headers.get('connection')]).toEqual([200, 'keep-alive'])
})

it.each(['application/json', 'application/x-ndjson'])('refuses a body of %s that is not UTF-8', async (type) => {
  const ingest = httpIngest()
  closing.push(ingest.close)
  const url = await listening((request, response) => void ingest.handle(request, response))
  const body = Buffer.concat([Buffer.from('{"x":"'), Buffer.of(0xff), Buffer.from('"}\n')])
  const answered = await fetch(`${url}/rows`, { method: 'POST', headers: { 'content-type': type }, body })
  expect([answered.status, await answered.json()]).toEqual([400, { error: 'the body is not UTF-8.' }])
})

// What a browser does for a page of another site before it sends JSON, and what it then asks of the answer.
test.each(['the endpoints of a server', 'httpIngest'])(
  '%s can be used by pages of allowOrigins, and of no others',
  async (which) => {
    const allowOrigins = ['https://friend.example']
    const token = 'a-token-of-20-letters'
    let url: string
    if (which === 'httpIngest') {
      const ingest = httpIngest({ allowOrigins, token })
      closing.push(ingest.close)
      url = `${await listening((request, response) => void ingest.handle(request, response))}/rows`
    } else {
      const model = createModel({ features: { x: numeric() }, target: { y: numeric() }, layers: [dense(1)] })
      const live = await createLive({ models: { model }, allowOrigins, token })
      closing.push(live.close)
      url = `${live.url}/predict`
    }
    const ask = (origin: string, init: RequestInit) => fetch(url, { ...init, headers: { ...init.headers, origin } })
    const preflight = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: '[]',
    }
    const [asked, sent] = [await ask(allowOrigins[0]!, preflight), await ask(allowOrigins[0]!, post)]
    expect([asked.status, await asked.text(), sent.status]).toEqual([204, '', 200])
    expect(asked.headers.get('access-control-allow-methods')).toBe('POST')
    const allowed = asked.headers.get('access-control-allow-headers')!.toLowerCase().split(', ')
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'idempotency-key']))
    for (const { headers } of [asked, sent]) expect(headers.get('access-control-allow-origin')).toBe(allowOrigins[0])
    // Also where it is refused, so that the page can read why.
    const refused = await ask(allowOrigins[0]!, { ...post, headers: { 'content-type': 'application/json' } })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, allowOrigins[0]])
    for (const init of [preflight, post]) {
      const answered = await ask('https://other.example', init)
      expect([403, 405]).toContain(answered.status)
      expect(answered.headers.has('access-control-allow-origin')).toBe(false)
    }
  },
)

it('lets the event loop turn between stretches of work, one for all who work at the same time', async () => {
  let [turns, inThisTurn, most] = [0, 0, 0]
  let isOver = false
  const turn = (): void => {
    turns++
    inThisTurn = 0
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const found: number[][] = []
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const own: number[] = []
      found.push(own)
      let last = -1
      await inSlices(Array(2).keys(), (item) => {
        own.push(item)
        if (last !== turns) inThisTurn++
        last = turns
        most = Math.max(most, inThisTurn)
        // A piece of work that takes longer than a stretch may.
        for (const began = performance.now(); performance.now() - began < 9; );
      })
    }),
  )
  isOver = true
  expect(found).toEqual(Array(4).fill([0, 1]))
  expect(most).toBe(1)
})
