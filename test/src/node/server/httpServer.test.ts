import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createServer, type Server } from '../../../../src/node/index.js'
import { createHttpServer } from '../../../../src/node/server/httpServer.js'
import { standIn } from './standIn.js'

let folder: string
let server: Server
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rxgrad-page-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(folder, 'page.js'), 'export {}')
  await writeFile(join(folder, 'notes.txt'), 'not for anyone')
  await symlink(fileURLToPath(import.meta.url), join(folder, 'outside.js'))
  const allowed = { allowHosts: ['box.example'], allowOrigins: ['https://friend.example'], public: true }
  server = await createServer({ models: { power: standIn() }, page: folder, ...allowed })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
const ask = (path: string, { method = 'GET', host }: { method?: string; host?: string } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host }
    httpRequest({ port: server.port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
      .on('error', reject)
      .end()
  })

test('the page and its files are served with their types and a policy without eval', async () => {
  const page = await ask('/')
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.body).toContain('<title>page</title>')
  expect(page.headers['content-security-policy']).toBe(
    `default-src 'self'; connect-src 'self' ws://127.0.0.1:${server.port} wss://127.0.0.1:${server.port}; ` +
      "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; object-src 'none'; " +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'self' https://friend.example",
  )
  expect(page.headers['x-content-type-options']).toBe('nosniff')
  const script = await ask('/page.js?v=1')
  expect([script.status, script.headers['content-type'], script.body]).toEqual([
    200,
    'text/javascript; charset=utf-8',
    'export {}',
  ])
  const head = await ask('/index.html', { method: 'HEAD' })
  expect([head.status, head.headers['content-length'], head.body]).toEqual([200, String(page.body.length), ''])
})

test('only what is an origin gets into the policy', async () => {
  const odd = [
    'https://friend.example/',
    "x; script-src 'unsafe-eval'",
    '*',
    'null',
    'file:///a',
    'http://b.example:8123',
  ]
  const other = await createServer({ models: { power: standIn() }, page: folder, allowOrigins: odd })
  try {
    const policy = (await fetch(other.url)).headers.get('content-security-policy')
    expect(policy?.split('; ').at(-1)).toBe("frame-ancestors 'self' http://b.example:8123")
  } finally {
    await other.close()
  }
})

test.each([
  '/notes.txt',
  '/outside.js',
  '/../package.json',
  '/..%2fpackage.json',
  '/%2e%2e/package.json',
  '/./page.js',
  '//page.js',
  '/page.js/',
  '/constructor',
  '/page.js%00.html',
  '/..\\..\\package.json',
])('nothing but the files of the table is served: %s', async (path) => {
  expect((await ask(path)).status).toBe(404)
})

test('only GET and HEAD are allowed', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await ask('/', { method })
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
  }
})

test('a page that is not built is reported as such', async () => {
  const bare = await createServer({ models: { power: standIn() }, page: join(folder, 'nowhere') })
  const response = await fetch(bare.url)
  expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('npm run build')])
  await bare.close()
})

const upgrade = (headers: Record<string, string>, path = '/'): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
    socket.on('open', () => {
      socket.close()
      resolve(101)
    })
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    socket.on('error', () => {})
  })

test('the Host header may be a known name or an address; anything else may be DNS rebinding', async () => {
  const { port } = server
  for (const host of ['localhost', 'LOCALHOST:1', `127.0.0.1:${port}`, '[::1]:80', '192.168.1.7', 'box.example'])
    expect([host, (await ask('/', { host })).status, await upgrade({ host })]).toEqual([host, 200, 101])
  for (const host of ['evil.example', 'localhost.evil.example', 'localhost.', 'a@localhost', 'localhost:1:2', "x'; y"])
    expect([host, (await ask('/', { host })).status, await upgrade({ host })]).toEqual([host, 403, 403])
  expect((await ask('/', { host: 'evil.example' })).body).toContain("allowHosts: ['evil.example']")
})

test('the Origin header may be missing, the server itself, or an allowed one', async () => {
  const host = `127.0.0.1:${server.port}`
  // A proxy in front of the server may speak TLS to the page.
  for (const origin of [`http://${host}`, `https://${host}`, 'https://friend.example'])
    expect([origin, await upgrade({ host, origin })]).toEqual([origin, 101])
  for (const origin of [
    'http://evil.example',
    'null',
    `http://localhost:${server.port}`,
    'http://127.0.0.1',
    `ftp://${host}`,
    '',
  ])
    expect([origin, await upgrade({ host, origin })]).toEqual([origin, 403])
  expect(await upgrade({}, '/elsewhere')).toBe(404)
})

test('clients beyond the limit are refused', async () => {
  const small = await createServer({ models: { power: standIn() }, maxClients: 1 })
  const first = new WebSocket(small.url.replace('http', 'ws'))
  await new Promise((resolve) => first.once('open', resolve))
  const second = new WebSocket(small.url.replace('http', 'ws'))
  const status = await new Promise((resolve) => {
    second.on('error', () => {})
    second.once('unexpected-response', (_, { statusCode }) => resolve(statusCode))
  })
  expect(status).toBe(503)
  expect(small.counters).toMatchObject({ clients: 1, refused: 1 })
  await small.close()
})

test('noise on the raw socket does no harm', async () => {
  for (const noise of [
    'GET / HTTP/1.1\r\n\r\n',
    '\u0000\u0001\u0002',
    `GET / HTTP/1.1\r\nHost: ${'a'.repeat(30_000)}\r\n\r\n`,
  ]) {
    const socket = connectTcp(server.port, '127.0.0.1', () => socket.write(noise))
    socket.on('error', () => {})
    socket.resume()
    await new Promise((resolve) => socket.once('close', resolve))
  }
  expect((await ask('/')).status).toBe(200)
})

test('the connection of an incomplete request is closed soon after its time limit', async () => {
  const http = createHttpServer(1)
  http.headersTimeout = http.requestTimeout = 100
  await once(http.listen(0, '127.0.0.1'), 'listening')
  const began = performance.now()
  const { port } = http.address() as AddressInfo
  const socket = connectTcp(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n'))
  socket.on('error', () => {}).resume()
  await once(socket, 'close')
  http.close()
  // Node itself checks only twice a minute.
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('a process whose server is closed while clients are connected ends by itself', async () => {
  const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)
  const code = `
    import { createServer, connect } from ${at('../../../../src/node/index.ts')}
    import { standIn } from ${at('./standIn.ts')}
    const model = standIn()
    const server = await createServer({ models: { power: model } })
    const connection = connect(server.url, { reconnect: false })
    await connection.welcome
    await fetch(server.url)
    for (let i = 0; i < 1000; i += 1) { model.advance(); server.publish(model) }
    server.show(model, { type: 'sample', step: 1, x: [] })
    await server.close()
    try {
      for await (const message of connection.messages) console.log(message.type)
    } catch (error) {
      console.log(error.message)
    }
  `
  const node = promisify(execFile)
  const run = node(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { timeout: 50_000 })
  expect((await run).stdout).toContain('closed with 1001, the server closes.')
})
