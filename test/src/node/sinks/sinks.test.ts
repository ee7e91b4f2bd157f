import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Aedes } from 'aedes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import * as node from '../../../../src/node/index.js'
import type { Row } from '../../../../src/values.js'
import { noNats, startNats } from '../transports/natsServer.js'
import type { TestServer } from '../transports/testServer.js'
import { type Bench, type SinkCase, sinkLaws } from './laws.js'

const { fileSink, fileSource, httpIngest, httpSink, jetStreamSink, mqttSink, natsSink, webSocketSink } = node
const quick = { firstMs: 1, mostMs: 5, timeoutMs: 5000 }
const dead = { firstMs: 1, timeoutMs: 300 }

/** Listens on a free port, and cuts connections on request. */
const listening = async (server: ReturnType<typeof createServer>) => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    async stop() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const ofFile = (file: string): SinkCase => ({
  async prepare() {
    const folder = mkdtempSync(join(tmpdir(), 'rxgrad-sink-'))
    const path = join(folder, file)
    return {
      open: () => fileSink(path),
      async received() {
        const rows: Row[] = []
        if (!existsSync(path)) return rows
        for await (const row of fileSource(path)) rows.push(row)
        return rows
      },
      stop: () => rmSync(folder, { recursive: true }),
    }
  },
  named: /^fileSink .*rows\./,
  nowhere: () => fileSink('/there/is/no/such/folder/rows.csv'),
  advice: /^fileSink \/there.*rows\.csv cannot be written: there is no such folder\.$/,
  times: 30,
})

const webSocket: SinkCase = {
  async prepare() {
    const rows: Row[] = []
    const http = createHttp()
    const server = new WebSocketServer({ server: http })
    server.on('connection', (socket) => socket.on('message', (data) => rows.push(JSON.parse(`${data}`))))
    const { port, cut, stop } = await listening(http)
    return { open: () => webSocketSink(`ws://127.0.0.1:${port}`, quick), received: () => rows, cut, stop }
  },
  named: /^webSocketSink ws:\/\/127\.0\.0\.1:\d+/,
  nowhere: () => webSocketSink('ws://127.0.0.1:1', dead),
  advice: /^webSocketSink ws:\/\/127\.0\.0\.1:1: no connection: .*ECONNREFUSED.*; check that the server runs/,
}

const mqtt: SinkCase = {
  async prepare() {
    const rows: Row[] = []
    const broker = await Aedes.createBroker()
    broker.on('publish', ({ topic, payload }) => topic.startsWith('$SYS') || rows.push(JSON.parse(`${payload}`)))
    const { port, cut, stop } = await listening(createServer(broker.handle))
    return {
      open: () => mqttSink(`mqtt://127.0.0.1:${port}`, { topic: 'out', ...quick }),
      received: () => rows,
      cut,
      async stop() {
        await new Promise<void>((resolve) => broker.close(resolve))
        await stop()
      },
    }
  },
  named: /^mqttSink mqtt:\/\/127\.0\.0\.1:\d+/,
  nowhere: () => mqttSink('mqtt://user:secret@127.0.0.1:1', { topic: 'a', ...dead }),
  advice: /^mqttSink mqtt:\/\/127\.0\.0\.1:1: no connection: .*ECONNREFUSED.*; check that the broker runs/,
}

const http: SinkCase = {
  async prepare() {
    const rows: Row[] = []
    const ingest = httpIngest({ path: '/rows' })
    const reading = (async () => {
      for await (const row of ingest) rows.push(row)
    })()
    const { port, cut, stop } = await listening(
      createHttp((request, response) => void ingest.handle(request, response)),
    )
    return {
      open: () => httpSink(`http://127.0.0.1:${port}/rows`, quick),
      received: () => rows,
      cut,
      async stop() {
        ingest.close()
        await reading
        await stop()
      },
    }
  },
  named: /^httpSink http:\/\/127\.0\.0\.1:\d+\/rows/,
  nowhere: () => httpSink('http://127.0.0.1:1', dead),
  advice: /^httpSink http:\/\/127\.0\.0\.1:1: no connection: .*(ECONNREFUSED|bad port).*; check that the server runs/,
}

/** A case whose rows go through a NATS server, which is shared by all laws. */
const ofNats = (
  name: string,
  sink: typeof natsSink,
  bench: (url: string, subject: string) => Promise<Bench>,
): SinkCase => ({
  prepare: () => bench(nats!.url, `out.${createHash('md5').update(`${Math.random()}`).digest('hex')}`),
  named: new RegExp(`^${name} nats://127\\.0\\.0\\.1:\\d+`),
  nowhere: () => sink('nats://127.0.0.1:1', { subject: 'a', ...dead }),
  advice: new RegExp(`^${name} nats://127\\.0\\.0\\.1:1: no connection: .*; check that the server runs`),
  times: 5,
})
let nats: TestServer | undefined
/** Follows a subject by a connection of its own, and cuts those of sinks through a proxy. */
const natsBench =
  (sink: typeof natsSink, isKept: boolean) =>
  async (url: string, subject: string): Promise<Bench> => {
    const { connect } = await import('@nats-io/transport-node')
    const { jetstreamManager } = await import('@nats-io/jetstream')
    const rows: Row[] = []
    const own = await connect({ servers: url })
    const stream = subject.replace('.', '_')
    if (isKept) await (await jetstreamManager(own)).streams.add({ name: stream, subjects: [subject] })
    own.subscribe(subject, { callback: (_, message) => void rows.push(message.json()) })
    await own.flush()
    const { connect: dial } = await import('node:net')
    const { port } = new URL(url)
    const proxy = await listening(
      createServer((socket) => {
        const out = dial(Number(port), '127.0.0.1')
        out.on('error', () => {})
        socket.pipe(out).pipe(socket)
        socket.on('close', () => out.destroy())
        out.on('close', () => socket.destroy())
      }),
    )
    return {
      open: () => sink(`nats://127.0.0.1:${proxy.port}`, { subject, ...quick }),
      async received() {
        await own.flush()
        return rows
      },
      cut: proxy.cut,
      async stop() {
        await own.close()
        await proxy.stop()
      },
    }
  }

const cases: Readonly<Record<string, SinkCase>> = {
  'fileSink, NDJSON': ofFile('rows.ndjson'),
  'fileSink, CSV': ofFile('rows.csv'),
  httpSink: http,
  mqttSink: mqtt,
  webSocketSink: webSocket,
}
const natsCases: Readonly<Record<string, SinkCase>> = {
  natsSink: ofNats('natsSink', natsSink, natsBench(natsSink, false)),
  jetStreamSink: ofNats('jetStreamSink', jetStreamSink, natsBench(jetStreamSink, true)),
}

describe('every sink', () => {
  it('is under the laws', () => {
    const exported = Object.keys(node).filter((name) => name.endsWith('Sink'))
    const under = new Set(Object.keys({ ...cases, ...natsCases }).map((name) => name.split(',')[0]))
    expect([...under].sort()).toEqual(exported.sort())
  })
  for (const [name, one] of Object.entries(cases)) describe(name, () => sinkLaws(one))
  if (noNats !== undefined) console.log(`The sinks of NATS were not tested: ${noNats}`)
  describe.skipIf(noNats !== undefined)('NATS', () => {
    beforeAll(async () => {
      nats = await startNats()
    })
    afterAll(() => nats?.remove())
    for (const [name, one] of Object.entries(natsCases)) describe(name, () => sinkLaws(one))
  })
})
