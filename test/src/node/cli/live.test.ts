import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { configSchema } from '../../../../src/node/cli/arguments/configSchema.js'
import { readServeConfig } from '../../../../src/node/cli/arguments/serveArgs.js'
import { sourceKinds } from '../../../../src/node/cli/live/kinds.js'
import { decodeModel } from '../../../../src/saved/savedModel.js'
import { bundleCommand, type Command } from '../../../command.js'
import { runHere } from './runHere.js'

const folder = mkdtempSync(join(tmpdir(), 'rxgrad-live-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const rows = Array.from({ length: 60 }, (_, i) => ({ a: Math.round(1000 * Math.sin(i)) / 1000, y: (i % 7) - 2 }))
const texts = rows.map((row) => JSON.stringify(row))
const model = { target: 'y:numeric', features: 'a:numeric', layers: '3 tanh, 1', season: 'none' }
const theta = (path: string): number[] => [
  ...(decodeModel(readFileSync(path)).snapshot as { parameters: Float32Array }).parameters,
]
/** θ after these rows, learned in one go from a file. */
const learned = async (count: number, name = 'reference'): Promise<number[]> => {
  writeFileSync(at(`${name}.ndjson`), texts.slice(0, count).join('\n'))
  const options = Object.entries(model).flatMap(([name, value]) => [`--${name}`, value])
  const save = ['--save', at(`${name}.rxg`), '--no-predictions', '--quiet']
  expect((await runHere(['learn', at(`${name}.ndjson`), ...options, ...save])).stderr).toBe('')
  return theta(at(`${name}.rxg`))
}
const json = { 'Content-Type': 'application/json' }
interface Health {
  readonly models: Readonly<Record<string, { readonly learned: number }>>
}
const healthOf = async (url: string): Promise<Health> => (await fetch(`${url}/health`)).json() as Promise<Health>

/** Runs a service in this process, until `use` has done with it. */
const during = async (
  config: object,
  use: (url: string) => Promise<void>,
): Promise<{ code: number; stderr: string }> => {
  const path = at('config.json')
  writeFileSync(path, JSON.stringify(config))
  let used: Promise<void> | undefined
  const { code, stderr } = await runHere(['serve', path], (err) => {
    const url = /"url":"([^"]*)"/.exec(err)?.[1]
    if (url === undefined) return
    used ??= use(url).finally(() => process.emit('SIGTERM', 'SIGTERM'))
    used.catch(() => {})
  })
  await used
  return { code, stderr }
}
const until = async (url: string, count: number): Promise<void> =>
  expect.poll(async () => (await healthOf(url)).models.m?.learned ?? 0, { timeout: 20_000, interval: 10 }).toBe(count)

/** What sends rows to each kind of source. */
interface World {
  readonly input: object
  readonly send: (from: number, to: number, url: string) => Promise<void> | void
}
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port
const worlds: Readonly<Record<string, () => Promise<World>>> = {
  http: async () => ({
    input: { source: 'http', path: '/in', journal: at('http.j') },
    async send(from, to, url) {
      const body = texts.slice(from, to).join('\n')
      const { status } = await fetch(`${url}/in`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-ndjson' },
        body,
      })
      expect(status).toBe(200)
    },
  }),
  file: async () => {
    writeFileSync(at('growing.ndjson'), '')
    return {
      input: { source: 'file', path: at('growing.ndjson') },
      send: (from, to) =>
        appendFileSync(
          at('growing.ndjson'),
          texts
            .slice(from, to)
            .map((text) => `${text}\n`)
            .join(''),
        ),
    }
  },
  mqtt: async () => {
    const broker = await Aedes.createBroker()
    let subscribed = 0
    broker.on('subscribe', () => subscribed++)
    const server = createTcp(broker.handle).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(
      () => new Promise<void>((resolve) => broker.close(resolve)),
      () => server.close(),
    )
    return {
      input: {
        source: 'mqtt',
        url: `mqtt://127.0.0.1:${portOf(server)}`,
        topics: ['rows/#'],
        clientId: 'm',
        journal: at('mqtt.j'),
      },
      async send(from, to) {
        await expect.poll(() => subscribed, { interval: 10, timeout: 20_000 }).toBeGreaterThan(0)
        subscribed = 0
        for (const text of texts.slice(from, to))
          broker.publish(
            { cmd: 'publish', topic: 'rows/a', payload: text, qos: 1, retain: false, dup: false },
            () => {},
          )
      },
    }
  },
  webSocket: async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    closing.push(() => {
      for (const socket of server.clients) socket.terminate()
      server.close()
    })
    return {
      input: { source: 'webSocket', url: `ws://127.0.0.1:${portOf(server)}/`, journal: at('webSocket.j') },
      async send(from, to) {
        await expect.poll(() => server.clients.size, { interval: 10, timeout: 20_000 }).toBe(1)
        for (const text of texts.slice(from, to)) for (const socket of server.clients) socket.send(text)
      },
    }
  },
  sse: async () => {
    let sent = 0
    const clients = new Set<import('node:http').ServerResponse>()
    const event = (i: number): string => `id: ${i}\ndata: ${texts[i]}\n\n`
    const server = createServer((request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': hello\n\n')
      const last = request.headers['last-event-id']
      for (let i = last === undefined ? 0 : Number(last) + 1; i < sent; i++) response.write(event(i))
      clients.add(response)
      response.on('close', () => clients.delete(response))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return {
      input: { source: 'sse', url: `http://127.0.0.1:${portOf(server)}/` },
      send(_, to) {
        for (; sent < to; sent++) for (const client of clients) client.write(event(sent))
      },
    }
  },
}

describe('a service that learns from a source that stays open', () => {
  test.each(Object.entries(worlds))('of the kind %s goes on where it was, to the same bits', async (_, open) => {
    const { input, send } = await open()
    const save = at('m.rxg')
    rmSync(save, { force: true })
    const config = { port: 0, log: true, models: { m: { input, ...model, save } } }
    for (const [from, to] of [
      [0, 25],
      [25, 60],
    ] as const) {
      const { code, stderr } = await during(config, async (url) => {
        await send(from, to, url)
        await until(url, to)
        // What the columns are is kept at once, long before the minute after which rows are.
        await expect.poll(() => existsSync(save), { timeout: 20_000 }).toBe(true)
        const [prediction] = [await fetch(`${url}/predict/m`, { method: 'POST', headers: json, body: '{"a":0.5}' })]
        expect(await prediction.json()).toMatchObject({ model: 'm', step: to, value: expect.any(Number) })
        const text = await (await fetch(`${url}/metrics`)).text()
        expect(text).toContain(`rxgrad_source_given_total{source="m"} `)
        expect(text).toContain('rxgrad_source_waiting{source="m"} 0')
      })
      expect([code, stderr]).toEqual([0, expect.stringContaining('"msg":"the source is open"')])
    }
    expect(theta(save)).toEqual(await learned(60))
  })

  test('waits for the first row of each, and serves others meanwhile; what fails is told, and the others go on', async () => {
    const models = {
      m: { input: { source: 'http', journal: at('two.j') }, ...model },
      silent: { input: { source: 'http' }, ...model },
      gone: { input: { source: 'file', path: folder }, ...model },
    }
    const { code, stderr } = await during({ port: 0, models }, async (url) => {
      expect((await healthOf(url)).models).toEqual({})
      await fetch(`${url}/rows/m`, { method: 'POST', headers: json, body: `[${texts.slice(0, 5)}]` })
      await until(url, 5)
      expect(Object.keys((await healthOf(url)).models)).toEqual(['m'])
      const refused = await fetch(`${url}/rows/m`, { method: 'POST', headers: json, body: '[1]' })
      expect(refused.status).toBe(422)
      expect((await fetch(`${url}/rows/none`, { method: 'POST', headers: json, body: '{}' })).status).toBe(405)
    })
    expect([code, stderr]).toEqual([1, expect.stringMatching(/"model":"gone","msg":"[^"]* is a folder; name /)])
  })

  test('asks those who send rows for the token', async () => {
    const token = 'of-at-least-16-characters'
    const config = { port: 0, token, models: { m: { input: { source: 'http', journal: at('token.j') }, ...model } } }
    await during(config, async (url) => {
      const post = (headers: object) =>
        fetch(`${url}/rows/m`, { method: 'POST', headers: { ...json, ...headers }, body: texts[0]! })
      expect((await post({})).status).toBe(401)
      expect((await post({ Authorization: `Bearer ${token}` })).status).toBe(200)
    })
  })
})

describe('a service that is killed', () => {
  let command: Command
  beforeAll(async () => {
    command = await bundleCommand()
  })
  afterAll(() => command.remove())
  const start = async (config: string): Promise<{ child: ChildProcess; url: string }> => {
    const child = spawn(process.execPath, [command.file, 'serve', config], { stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr!.on('data', (piece) => {
        log += piece
        const found = /"url":"([^"]*)"/.exec(log)?.[1]
        if (found) resolve(found)
      })
      child.once('exit', () => reject(new Error(log)))
    })
    return { child, url }
  }
  test('has every row that it acknowledged once, in order', async () => {
    const [config, save] = [at('killed.json'), at('killed.rxg')]
    const input = { source: 'http', journal: at('killed.j') }
    writeFileSync(config, JSON.stringify({ port: 0, models: { m: { input, ...model, save, 'save-every': 7 } } }))
    let next = 0
    for (const killAt of [9, 31, 60]) {
      const { child, url } = await start(config)
      const send = (i: number) =>
        fetch(`${url}/rows/m`, { method: 'POST', headers: { ...json, 'Idempotency-Key': `${i}` }, body: texts[i]! })
      while (next < killAt) {
        expect((await send(next)).status).toBe(200)
        next++
      }
      // One more is on its way, and whoever sent it sends it again.
      if (next < rows.length) void send(next).catch(() => {})
      else await until(url, rows.length)
      child.kill(next < rows.length ? 'SIGKILL' : 'SIGTERM')
      await once(child, 'close')
    }
    expect(theta(save)).toEqual(await learned(60))
    expect(readdirSync(at('killed.j'))).toHaveLength(1)
  })
})

describe('a source in a configuration file', () => {
  const read = (input: unknown, more: object = {}, environment = {}) =>
    readServeConfig('c', { models: { m: { input, ...model } }, ...more }, environment)

  test.each([
    [{ source: 'htp' }, 'c: models.m: input: source is "htp"; expected one of http, file, mqtt, '],
    [{ source: 'htp' }, 'Did you mean "http"?'],
    [{ url: 'x' }, 'c: models.m: input: source is undefined; expected one of'],
    [{ source: 'http', pth: '/a' }, 'c: models.m: input: http has no "pth". Did you mean "path"?'],
    [{ source: 'http', capacity: 'x' }, 'input: capacity is "x"; expected the number of rows'],
    [{ source: 'mqtt', topics: ['a'] }, 'input: url is missing; expected the address of the broker'],
    [{ source: 'mqtt', url: 'mqtt://a', topics: [] }, 'input: topics is []; expected the topics'],
    [{ source: 'mqtt', url: 'mqtt://a', topics: ['a'], qos: 3 }, 'input: qos is 3; expected 0, 1 or 2'],
    [{ source: 'http', journal: 3 }, 'input: journal is 3; expected a folder'],
    [{ source: 'file', path: 'a', journal: 'j' }, 'file can be read again from where it was, and needs no journal'],
    [{ source: 'http', tokenFrom: 'NONE' }, 'the environment has no NONE, which tokenFrom names'],
  ])('%j is refused', (input, message) => {
    expect(() => read(input)).toThrow(message)
  })

  test('of the path of another, of a public server without a token, or for learn is refused', async () => {
    const twice = {
      a: { input: { source: 'http', path: '/x' }, ...model },
      b: { input: { source: 'http', path: '/x' }, ...model },
    }
    expect(() => readServeConfig('c', { models: twice }, {})).toThrow(
      'c: models.b: input: path is /x, as that of another',
    )
    expect(() => read({ source: 'http' }, { public: true })).toThrow(
      'everyone who can reach a public server could send',
    )
    const own = read({ source: 'http', tokenFrom: 'T' }, { public: true }, { T: 'of-at-least-16-characters' })
    expect(own.models.m!.source!.settings).toEqual({ path: '/rows/m', token: 'of-at-least-16-characters' })
    writeFileSync(at('learn.json'), JSON.stringify({ input: { source: 'http' }, ...model }))
    const { code, stderr } = await runHere(['learn', '--config', at('learn.json')])
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('input is a source that stays open, which rxgrad serve'),
    ])
  })

  test('whose settings a source itself refuses is told with its place, before anything is served', async () => {
    for (const [input, message] of [
      [{ source: 'mqtt', url: 'http://a', topics: ['a'] }, 'input: mqttSource: the address begins with http://'],
      [{ source: 'http', path: 'rows' }, "input: httpIngest: path is 'rows'"],
    ] as const) {
      writeFileSync(at('bad.json'), JSON.stringify({ port: 0, models: { m: { input, ...model } } }))
      const { code, stderr } = await runHere(['serve', at('bad.json')])
      expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
      expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    }
  })

  test('is in the schema and in the help, each kind with each of its settings', async () => {
    const { definitions } = configSchema() as unknown as {
      definitions: { source: { oneOf: { properties: Record<string, { const?: string; description?: string }> }[] } }
    }
    const inSchema = definitions.source.oneOf.map(({ properties }) => [
      properties.source!.const,
      Object.keys(properties),
    ])
    const expected = Object.entries(sourceKinds).map(([name, { settings, cursors }]) => [
      name,
      ['source', ...Object.keys(settings), ...(cursors === 'own' ? [] : ['journal'])],
    ])
    expect(inSchema).toEqual(expected)
    const { stdout } = await runHere(['serve', '--help'])
    for (const name of Object.keys(sourceKinds)) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })
})
