import { once } from 'node:events'
import { createServer as createHttp, get } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  ConnectionError,
  connect,
  createServer,
  replica,
  type Server,
  type ServerOptions,
} from '../../../../src/node/index.js'
import { createGate } from '../../../../src/node/server/gate.js'
import { runs } from '../../../runs.js'
import { standIn } from './standIn.js'

// Beyond this machine, rows, samples and names go to the holders of the token alone.

const token = 'a+b/c=d?e&f#g%20h-0123456789'
const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const it of opened.splice(0).reverse()) await it.close()
})
const serve = async (options: Partial<ServerOptions>): Promise<Server> => {
  const server = await createServer({ models: { power: standIn() }, ...options })
  opened.push(server)
  return server
}
const listening = async <T extends NetServer>(server: T): Promise<T> => {
  opened.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return server
}
const portOf = (server: NetServer): number => (server.address() as AddressInfo).port

/** Asks for a WebSocket; resolves to the status of the answer. */
const upgrade = (url: string, options: object = {}): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url.replace('http', 'ws'), options)
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0)
      request.destroy()
    })
    socket.on('error', () => {})
  })
const page = (url: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    get(url, { agent: false }, (response) => resolve(response.resume().statusCode))
  })

describe('a token', () => {
  const { token: check } = createGate({ host: '127.0.0.1', token })
  const isOpen = (url: string, authorization?: string): boolean =>
    check({ url, headers: { authorization } }) === undefined

  test('opens the gate when it is right, by either way, and no other text does', () => {
    const near = fc
      .nat(token.length)
      .chain((at) =>
        fc.constantFrom(
          token.slice(0, at),
          token.slice(at),
          `${token.slice(0, at)}x${token.slice(at)}`,
          token.repeat(2),
        ),
      )
    const given = fc.oneof(fc.constant(token), near, fc.string(), fc.string({ unit: 'binary', maxLength: 3000 }))
    fc.assert(
      fc.property(
        given.filter((text) => !/\p{Surrogate}/u.test(text)),
        (text) => {
          const right = text === token
          expect(isOpen(`/?model=x&token=${encodeURIComponent(text)}`)).toBe(right)
          expect(isOpen('/', `Bearer ${text}`)).toBe(right)
          // What has not been encoded, or is malformed, opens nothing and throws nothing.
          if (!text.includes('token=')) expect(isOpen(`/?x=${text}`, text)).toBe(false)
        },
      ),
      { numRuns: runs(300) },
    )
  })
  test.each(['/', '/?token', '/?token=', '/?token=%', '/?token=%ff', '/?atoken=', '//?&&token=%00', '', '?'])(
    'is missing in %s',
    (url) => {
      expect(isOpen(url)).toBe(false)
      expect(isOpen(url.replace('token', 'Token'))).toBe(false)
    },
  )
})

test('a server with a token serves its holders alone, and tells nobody else the token', async () => {
  const server = await serve({ host: '0.0.0.0', token })
  const right = `?token=${encodeURIComponent(token)}`
  expect(server.url).not.toContain('token')
  const asked = [server.url, `${server.url}/?token=wrong`, `${server.url}/${right}`]
  expect(await Promise.all(asked.map((url) => upgrade(url)))).toEqual([401, 401, 101])
  expect(await upgrade(server.url, { headers: { authorization: `Bearer ${token}` } })).toBe(101)
  expect(await Promise.all(asked.map(page))).toEqual([401, 401, expect.toBeOneOf([200, 404])])
  expect(server.counters.refused).toBe(4)

  const holder = connect(server.url, { token })
  expect((await holder.welcome).model).toBe('power')
  holder.close()
  const wrong = connect(server.url, { token: `${token}!`, reconnect: false })
  const failure = await wrong.welcome.catch((error: Error) => error)
  expect(failure).toBeInstanceOf(ConnectionError)
  expect((failure as Error).message).toContain('401')
  expect((failure as Error).message + wrong.url).not.toContain(encodeURIComponent(token).slice(0, 8))
})

/** The WebSocket of a page of another site. */
class Elsewhere extends WebSocket {
  constructor(url: string) {
    super(url, { origin: 'https://elsewhere.example' })
  }
}

// A client that waits until its timeout would make this test fail, because the timeout of a test is shorter.
test('a client that the server will never accept fails at once, and says why', async () => {
  const server = await serve({ token })
  const failures = [
    [server.url, {}, 'it wants a token (401); give the one that'],
    [server.url, { token: `${token}!` }, 'the token is wrong (401); expected the one that'],
    [`${server.url}/?token=wrong`, {}, 'the token is wrong (401)'],
    [`${server.url}/elsewhere`, { token }, 'there is no WebSocket at this path (404)'],
    [server.url, { token, WebSocket: Elsewhere }, 'it does not answer to this host name or to this origin (403)'],
  ] as const
  for (const [url, options, reason] of failures) {
    const patient = { ...options, timeoutMs: 1e6, firstMs: 1 }
    await expect(connect(url, patient).welcome).rejects.toThrow(`refuses: ${reason}`)
    await expect(replica(url, patient)).rejects.toThrow(`refuses: ${reason}`)
    await expect(replica(url, patient)).rejects.toThrow(ConnectionError)
  }
  expect(server.counters).toMatchObject({ clients: 0, refused: 3 * failures.length })
})

test('a client ends if the token changes, and comes back after any other refusal', async () => {
  const first = await serve({ token })
  const { port } = first
  const holder = connect(first.url, { token, firstMs: 5, mostMs: 20 })
  opened.push(holder)
  await holder.welcome
  await first.close()
  const moved = await serve({ token, port, path: '/moved/' })
  // Its answer is 404.
  while (moved.counters.refused < 2) await sleep(5)
  await moved.close()
  await serve({ token: `${token}-new`, port })
  const failure = (async () => {
    for await (const _ of holder.messages);
  })()
  await expect(failure).rejects.toThrow('the token is wrong (401)')
})

test.each<[string, Partial<ServerOptions>]>([
  ['host is 0.0.0.0', { host: '0.0.0.0' }],
  ['host is ::', { host: '::' }],
  ['host is 127.0.0.1.example', { host: '127.0.0.1.example' }],
  ['allowHosts has names', { allowHosts: ['proxy.example'] }],
  ['server is your own', { server: createHttp() }],
])('where %s, a token or public: true is needed', async (what, options) => {
  const model = standIn()
  await expect(createServer({ models: { model }, ...options })).rejects.toThrow(
    `createServer: ${what}, so that other machines may see rows, samples and names; expected a token, or public: true`,
  )
  expect(model.listeners.size).toBe(0)
})

test('a token that is too short or holds other characters is refused, and is not shown', async () => {
  for (const weak of ['', 'secret', 'x'.repeat(15), 'with a space in it', 'ümlaut-0123456789', 'x'.repeat(1025), 7]) {
    const refused = await serve({ token: weak as string }).catch((error: Error) => error)
    expect((refused as Error).message).toMatch(/^createServer: token is (a text of \d+ characters|number); expected 16/)
    if (weak !== '') expect((refused as Error).message).not.toContain(`${weak}`)
  }
  await expect(serve({ token, public: true })).rejects.toThrow('token and public: true are both given')
})

describe('a server of your own', () => {
  test('is shared: other paths and requests stay with its own listeners, and it stays open', async () => {
    const http = await listening(createHttp((_, response) => response.writeHead(299).end()))
    http.on('upgrade', ({ url }, socket) => {
      if (url === '/other') socket.end('HTTP/1.1 298 Other\r\n\r\n')
    })
    const server = await serve({ server: http, path: '/live/', token })
    const base = `http://localhost:${portOf(http)}`
    expect([server.url, server.port]).toEqual([`${base}/live/`, portOf(http)])
    expect(await upgrade(`${base}/other`)).toBe(298)
    expect(await upgrade(`${base}/live/`)).toBe(401)
    expect(await page(`${base}/live/`)).toBe(299)
    const client = connect(server.url, { token })
    expect((await client.welcome).model).toBe('power')
    client.close()
    await server.close()
    expect([http.listenerCount('upgrade'), http.listenerCount('request')]).toEqual([1, 1])
    expect(await page(base)).toBe(299)
  })

  test('may carry several, each with its page, and what is for none of them is answered once', async () => {
    const http = await listening(createHttp())
    const [a, b] = [
      await serve({ server: http, path: '/a/', public: true }),
      await serve({ server: http, public: true }),
    ]
    await expect(serve({ server: http, public: true })).rejects.toThrow('path / is taken on this server')
    for (const { url } of [a, b]) expect(await upgrade(url)).toBe(101)
    expect(await upgrade(`${a.url}x`)).toBe(404)
    expect(await page(`${a.url}nothing.js`)).toBe(404)
    await a.close()
    expect(await upgrade(a.url)).toBe(404)
    expect(await upgrade(b.url)).toBe(101)
  })

  test('may be an HTTPS server', async () => {
    // A key that both sides know takes the place of a certificate.
    const psk = Buffer.alloc(32, 7)
    const tls = { ciphers: 'PSK', maxVersion: 'TLSv1.2' } as const
    const https = await listening(createHttps({ ...tls, pskCallback: () => psk }))
    const server = await serve({ server: https, token })
    expect(server.url).toBe(`https://localhost:${portOf(https)}`)
    const client = { ...tls, pskCallback: () => ({ psk, identity: 'x' }), checkServerIdentity: () => undefined }
    expect(await upgrade(server.url, client)).toBe(401)
    expect(await upgrade(`${server.url}/?token=${encodeURIComponent(token)}`, client)).toBe(101)
  })

  test('is not given beside a host or a port', async () => {
    await expect(serve({ server: createHttp(), port: 1, public: true })).rejects.toThrow('server is given beside host')
    await expect(serve({ path: 'live' })).rejects.toThrow("path is 'live'; expected one that begins and ends with /")
  })
})
