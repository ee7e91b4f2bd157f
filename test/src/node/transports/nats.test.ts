import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type JetStreamSourceOptions,
  jetStreamSource,
  type Line,
  type NatsSourceOptions,
  natsSource,
  type Source,
} from '../../../../src/node/index.js'
import type { Row } from '../../../../src/values.js'
import { type SourceCase, sourceLaws, taken, until } from '../sources/sourceLaws.js'
import { noNats, startNats } from './natsServer.js'
import type { TestServer } from './testServer.js'

let server: TestServer
let connection: NatsConnection
let names = 0
beforeAll(async () => {
  if (noNats !== undefined) return
  server = await startNats()
  connection = await connect({ servers: server.url })
})
afterAll(async () => {
  await connection?.close()
  await server?.remove()
})

const core = async () => {
  const subject = `rows${names++}`
  let opened = 0
  return {
    subject,
    open(options?: Partial<NatsSourceOptions>) {
      opened = 0
      return natsSource(server.url, { subject, capacity: 50, firstMs: 5, onLine: () => opened++, ...options })
    },
    async send(texts: readonly string[]) {
      await until(() => opened > 0)
      for (const text of texts) connection.publish(subject, text)
      await connection.flush()
    },
    stop() {},
  }
}
const stream = async () => {
  const name = `ROWS${names++}`
  const manager = await jetstreamManager(connection)
  await manager.streams.add({ name, subjects: [`${name}.>`], storage: 'memory' as never })
  return {
    ...{ name, manager },
    open: (options?: Partial<JetStreamSourceOptions>) =>
      jetStreamSource(server.url, { stream: name, capacity: 10, firstMs: 5, ...options }),
    async send(texts: readonly string[], subject = 'a') {
      for (const text of texts) connection.publish(`${name}.${subject}`, text)
      await connection.flush()
    },
    stop: () => manager.streams.delete(name),
  }
}
const quick = { firstMs: 1, timeoutMs: 40 }
const natsCase: SourceCase = {
  prepare: core,
  named: /^natsSource nats:\/\/127\.0\.0\.1:\d+/,
  nowhere: () => natsSource('nats://user:secret@127.0.0.1:1', { subject: 'a', ...quick }),
  advice: /^natsSource nats:\/\/127\.0\.0\.1:1: no connection: .*; check that the server runs/,
  ...{ bound: 51, drops: true, hasCursors: false, times: 10 },
}
const jetStreamCase: SourceCase = {
  prepare: stream,
  named: /^jetStreamSource nats:\/\/127\.0\.0\.1:\d+/,
  nowhere: () => jetStreamSource('nats://127.0.0.1:1', { stream: 'A', ...quick }),
  advice: /^jetStreamSource nats:\/\/127\.0\.0\.1:1: no connection: .*; check that the server runs/,
  ...{ bound: 100, hasCursors: true, times: 10 },
}

// A test that needs a server is skipped where none is, and says how to get one.
beforeEach(({ skip }) => {
  if (noNats !== undefined) skip(noNats)
})

describe('a subject of NATS', () => {
  sourceLaws(natsCase)

  it('shares the messages in a group, and tells parse the subject', async () => {
    const bench = await core()
    const counts = { onLine: () => opened++ }
    let opened = 0
    const options = { group: 'learners', parse: ({ topic }: { topic: string }) => ({ topic }), ...counts }
    const sources = [bench.open(options), bench.open(options)]
    const readings = sources.map((source) => taken(source, 99))
    await until(() => opened === 2)
    for (let i = 0; i < 20; i++) connection.publish(bench.subject, '{}')
    await connection.flush()
    await until(() => sources.reduce((sum, { counters }) => sum + counters.given, 0) === 20)
    for (const source of sources) source.close()
    expect((await Promise.all(readings)).flat()).toEqual(Array.from({ length: 20 }, () => ({ topic: bench.subject })))
  })
})

describe('a stream of JetStream', () => {
  sourceLaws(jetStreamCase)

  it('goes on after the last row when the server was killed and started again', async () => {
    const own = await startNats()
    let source: Source<Row> | undefined
    let client = await connect({ servers: own.url, reconnect: false })
    try {
      const manager = await jetstreamManager(client)
      await manager.streams.add({ name: 'A', subjects: ['a'] })
      const lines: Line[] = []
      const onLine = (line: Line): void => {
        lines.push(line)
      }
      source = jetStreamSource(own.url, { stream: 'A', firstMs: 10, mostMs: 50, onLine })
      const reading = taken(source, 4)
      for (const i of [0, 1]) client.publish('a', `{"i":${i}}`)
      await until(() => source?.counters.given === 2)
      await own.stop()
      await own.start()
      await until(() => lines.length === 3)
      client = await connect({ servers: own.url, reconnect: false })
      for (const i of [2, 3]) client.publish('a', `{"i":${i}}`)
      expect((await reading).map(({ i }) => i)).toEqual([0, 1, 2, 3])
      expect(lines.map(({ state }) => state)).toEqual(['open', 'lost', 'open'])
    } finally {
      source?.close()
      await client.close()
      await own.remove()
    }
  })

  it('remembers its place under a durable name, and gets again what was not finished with', async () => {
    const bench = await stream()
    await bench.send(['{"i":0}', '[{"i":1},{"i":2}]', '{"i":3}'])
    const open = () => bench.open({ durable: 'learner' })
    const reader = open()[Symbol.asyncIterator]()
    await reader.next()
    expect((await reader.next()).value).toEqual({ i: 1 })
    await new Promise((resolve) => setTimeout(resolve, 30))
    const { num_ack_pending, ack_floor } = await bench.manager.consumers.info(bench.name, 'learner')
    expect([ack_floor.stream_seq, num_ack_pending]).toEqual([1, 2])
    await reader.return?.()
    await bench.stop()
  })

  it('reads one subject of a stream', async () => {
    const bench = await stream()
    await bench.send(['{"i":0}'], 'a')
    await bench.send(['{"i":1}'], 'b')
    await bench.send(['{"i":2}'], 'a')
    for (const options of [{}, { durable: 'd' }])
      expect(await taken(bench.open({ ...options, subject: `${bench.name}.a` }), 2)).toEqual([{ i: 0 }, { i: 2 }])
    await bench.stop()
  })

  it('refuses a stream that is not there, that ends before the cursor or has lost rows after it', async () => {
    const bench = await stream()
    await bench.send(['{"i":0}', '{"i":1}', '{"i":2}', '{"i":3}'])
    const problem = (options: Partial<JetStreamSourceOptions>) =>
      taken(bench.open(options), 1).catch((error) => error.message)
    expect(await problem({ stream: 'NONE' })).toMatch(/there is no stream NONE; create it/)
    expect(await problem({ from: 9 })).toMatch(/ends at 4, before the cursor 9, .*leave from out/)
    await bench.manager.streams.purge(bench.name, { seq: 4 })
    expect(await problem({ from: 1 })).toMatch(/begins at 4, so that rows after the cursor 1 are gone; leave from out/)
    expect(await problem({ from: 3 })).toEqual([{ i: 3 }])
    await bench.stop()
  })

  it('gives up at once where the user is refused', async () => {
    const own = await startNats('--user', 'a', '--pass', 'b')
    try {
      const wrong = { stream: 'A', subject: 'a', client: { user: 'a', pass: 'c' } }
      await expect(taken(jetStreamSource(own.url, wrong), 1)).rejects.toThrow(
        /this user may not connect; give one who may/,
      )
    } finally {
      await own.remove()
    }
  })
})
