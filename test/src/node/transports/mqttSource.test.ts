import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { describe, expect, it } from 'vitest'
import { type Line, type MqttSourceOptions, mqttSource, type Source } from '../../../../src/node/index.js'
import { peer } from '../../../../src/node/transports/peer.js'
import type { Row } from '../../../../src/values.js'
import { type SourceCase, sourceLaws, taken, until } from '../sources/sourceLaws.js'

/** A broker in this process. */
const served = async (settings: object = {}) => {
  const broker = await Aedes.createBroker(settings)
  const server = createServer(broker.handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const subscribed: string[] = []
  broker.on('subscribe', (subscriptions) => subscribed.push(...subscriptions.map(({ topic }) => topic)))
  const sources: Source<Row>[] = []
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    ...{ broker, url, subscribed },
    open(options?: Partial<MqttSourceOptions>) {
      subscribed.length = 0
      const source = mqttSource(url, { topics: 'rows/#', firstMs: 5, ...options })
      sources.push(source)
      return source
    },
    async send(texts: readonly string[], topic = 'rows/a') {
      await until(() => subscribed.length > 0)
      for (const text of texts)
        broker.publish(
          { cmd: 'publish', topic, payload: Buffer.from(text), qos: 1, retain: false, dup: false },
          () => {},
        )
    },
    async stop() {
      for (const source of sources) source.close()
      await new Promise<void>((resolve) => broker.close(resolve))
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
const using = async (run: (bench: Awaited<ReturnType<typeof served>>) => Promise<void>, settings?: object) => {
  const bench = await served(settings)
  try {
    await run(bench)
  } finally {
    await bench.stop()
  }
}

const mqtt: SourceCase = {
  prepare: served,
  named: /^mqttSource mqtt:\/\/127\.0\.0\.1:\d+/,
  nowhere: () => mqttSource('mqtt://user:secret@127.0.0.1:1', { topics: 'a', firstMs: 1, timeoutMs: 40 }),
  advice: /^mqttSource mqtt:\/\/127\.0\.0\.1:1: no connection: .*ECONNREFUSED.*; check that the broker runs/,
  bound: 100,
  hasCursors: false,
  times: 10,
}

describe('MQTT', () => {
  sourceLaws(mqtt)

  it('acknowledges a message when its reader has finished with it, and gets the others again', () =>
    using(async (bench) => {
      const open = () => bench.open({ clientId: 'learner' })
      const reader = open()[Symbol.asyncIterator]()
      const first = reader.next()
      await bench.send(['{"i":0}', '[{"i":1},{"i":2}]', '{"i":3}'])
      expect((await first).value).toEqual({ i: 0 })
      // The second message was begun, and its last row not yet read.
      expect((await reader.next()).value).toEqual({ i: 1 })
      await new Promise((resolve) => setTimeout(resolve, 30))
      await reader.return?.()
      expect(await taken(open(), 3)).toEqual([{ i: 1 }, { i: 2 }, { i: 3 }])
    }))

  it('does not acknowledge a row that its reader was given and has not finished with', () =>
    using(async (bench) => {
      const open = () => bench.open({ clientId: 'learner' })
      const reader = open()[Symbol.asyncIterator]()
      const first = reader.next()
      await bench.send(['{"i":0}'])
      await first
      await new Promise((resolve) => setTimeout(resolve, 30))
      await reader.return?.()
      expect(await taken(open(), 1)).toEqual([{ i: 0 }])
    }))

  it('stays connected while its reader is slower than the keepalive', () =>
    using(async (bench) => {
      const lines: Line[] = []
      const source = bench.open({ keepaliveSeconds: 1, onLine: (line) => lines.push(line) })
      const reader = source[Symbol.asyncIterator]()
      const first = reader.next()
      await bench.send(['{"i":0}', '{"i":1}'])
      await first
      await new Promise((resolve) => setTimeout(resolve, 1900))
      expect((await reader.next()).value).toEqual({ i: 1 })
      expect(lines).toHaveLength(1)
      await reader.return?.()
    }))

  it('is connected again when the connection was lost', () =>
    using(async (bench) => {
      const lines: Line[] = []
      const reading = taken(bench.open({ onLine: (line) => lines.push(line) }), 2)
      await bench.send(['{"i":0}'])
      await new Promise((resolve) => setTimeout(resolve, 30))
      bench.subscribed.length = 0
      for (const client of Object.values(
        (bench.broker as unknown as { clients: { conn: { destroy(): void } }[] }).clients,
      ))
        client.conn.destroy()
      await bench.send(['{"i":1}'])
      expect(await reading).toEqual([{ i: 0 }, { i: 1 }])
      expect(lines.map(({ state }) => state)).toEqual(['open', 'lost', 'open'])
    }))

  it('tells parse the topic, and shares topics in a group', () =>
    using(async (bench) => {
      const source = bench.open({ parse: ({ topic, text }) => ({ topic, value: Number(text) }) })
      const reading = taken(source, 1)
      await bench.send(['21.5'], 'rows/kitchen')
      expect(await reading).toEqual([{ topic: 'rows/kitchen', value: 21.5 }])
      const shared = bench.open({ topics: ['a', 'b/+'], group: 'learners' })
      const waiting = taken(shared, 1)
      await until(() => bench.subscribed.length === 2)
      expect(bench.subscribed).toEqual(['$share/learners/a', '$share/learners/b/+'])
      shared.close()
      await waiting
    }))

  it('gives up at once where the user or the topic is refused', async () => {
    const no = {
      authenticate: (_: never, __: never, ___: never, done: (e: object, ok: boolean) => void) =>
        done(Object.assign(new Error('no'), { returnCode: 4 }), false),
    }
    await using(
      (bench) => expect(taken(bench.open(), 1)).rejects.toThrow(/: the user or the password is wrong; give them as in/),
      no,
    )
    const topic = {
      authorizeSubscribe: (_: never, __: never, done: (error: null, allowed: null) => void) => done(null, null),
    }
    await using(
      (bench) =>
        expect(taken(bench.open(), 1)).rejects.toThrow(/: the broker refuses the topic rows\/#; check its rules/),
      topic,
    )
  })

  it.each([[[]], [['a', '']], [[3]], [''], [undefined]])('refuses %j for topics', (topics) => {
    expect(() => mqttSource('mqtt://a', { topics } as never)).toThrow(
      /mqttSource: topics is .*; expected a topic such as/,
    )
  })

  it('refuses a cursor, and says how to install what is missing', async () => {
    expect(() => mqttSource('mqtt://a', { topics: 'a', from: 1 } as never)).toThrow(
      /MQTT has no cursors: give a clientId/,
    )
    const missing = peer('one two', () => import('no-such-package' as string))
    await expect(missing).rejects.toThrow(/it needs one and two; install by npm install one two/)
  })
})
