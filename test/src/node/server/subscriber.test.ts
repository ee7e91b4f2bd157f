import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import type { Channel } from '../../../../src/node/server/channel.js'
import type { Packet } from '../../../../src/node/server/receiver.js'
import { createSubscriber, type Subscriber } from '../../../../src/node/server/subscriber.js'
import { decodeMessage, encodeMessage, type Message, PROTOCOL, type Topic } from '../../../../src/wire/index.js'
import { standIn } from './standIn.js'

const { description } = standIn()
const welcome: Message = {
  ...{ type: 'welcome', protocol: PROTOCOL, model: 'power', models: ['power'], epoch: 1, step: 0, description },
}

interface Wire {
  readonly sent: Uint8Array[]
  readonly calls: string[]
  readonly subscriber: Subscriber
  put(key: string, topic: Topic, mark: number): void
  /** The bytes that were sent stay in the buffers until `drain`. */
  stall(): void
  drain(): void
  /** Answers the last ping, or sends a pong of its own. */
  pong(payload?: Uint8Array): void
  hello(): void
}

/** A subscriber on a socket whose buffers are filled and emptied by hand. */
const wire = (limits: { helloMs?: number; slowMs?: number } = {}): Wire => {
  const sent: Uint8Array[] = []
  const calls: string[] = []
  const drained: (() => void)[] = []
  const pings: Uint8Array[] = []
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (bytes: Uint8Array, _: unknown, done: () => void) => {
      sent.push(bytes)
      drained.push(done)
    },
    close: (code: number) => calls.push(`close ${code}`),
    terminate: () => calls.push('terminate'),
    ping: (payload: Uint8Array) => {
      pings.push(payload)
      calls.push('ping')
    },
  })
  const newest = new Map<string, Packet>()
  const channel: Channel = {
    name: 'power',
    model: standIn(),
    rowsPerSecond: 0,
    evaluation: undefined,
    newest,
    publish: () => false,
    welcome: () => encodeMessage(welcome),
    history: () => undefined,
    show: () => {},
    beat: () => {},
    join: (receiver) => void receiver.deliver(),
    leave: () => {},
    close: () => {},
  }
  const subscriber = createSubscriber(socket as unknown as WebSocket, {
    channels: new Map([['power', channel]]),
    ...{ helloMs: 1e9, slowMs: 1e9, ...limits },
    sent: () => {},
    slow: () => calls.push('slow'),
  })
  return {
    sent,
    calls,
    subscriber,
    put: (key, topic, mark) => newest.set(key, { topic, mark, bytes: Uint8Array.of(mark) }),
    stall: () => {
      socket.bufferedAmount = 1
    },
    drain: () => {
      socket.bufferedAmount = 0
      for (const done of drained.splice(0)) done()
    },
    pong: (payload = pings.at(-1)) => socket.emit('pong', Buffer.from(payload ?? [])),
    hello: () => socket.emit('message', Buffer.from(encodeMessage({ type: 'hello', protocol: PROTOCOL })), true),
  }
}
const marks = ({ sent }: Wire): number[] => sent.filter(({ length }) => length === 1).map(([mark]) => mark)

test('nothing is sent while a client is behind; once it has read, it gets the newest of each kind, θ first', () => {
  const line = wire()
  line.put('frame', 'frame', 1)
  line.put('sample', 'sample', 11)
  line.hello()
  expect((decodeMessage(line.sent[0]) as Message).type).toBe('welcome')
  expect(marks(line)).toEqual([1, 11])
  line.stall()
  for (let step = 2; step <= 9; step += 1) {
    line.put('frame', 'frame', step)
    line.put('sample', 'sample', step + 10)
    expect(line.subscriber.deliver()).toBe(false)
  }
  expect(marks(line)).toEqual([1, 11])
  line.drain()
  expect(marks(line)).toEqual([1, 11, 9, 19])
  line.drain()
  expect(line.subscriber.deliver()).toBe(true)
  expect(marks(line)).toEqual([1, 11, 9, 19])
})

/** What a client may do between two checks, each of which is a second. */
const deeds = fc.array(fc.array(fc.constantFrom('hello', 'step', 'stray pong'), { maxLength: 6 }), { maxLength: 30 })

test('a client that never answers a ping gets one welcome, and nothing from the next check on', () => {
  fc.assert(
    fc.property(deeds, fc.boolean(), (seconds, stalls) => {
      const line = wire()
      line.put('frame', 'frame', 1)
      line.hello()
      const begun = line.sent.length
      if (stalls) line.stall()
      let mark = 1
      seconds.forEach((second, i) => {
        line.subscriber.check(1000)
        const before = line.sent.length
        for (const deed of second) {
          if (deed === 'hello') line.hello()
          if (deed === 'stray pong') line.pong(new Uint8Array(8))
          if (deed === 'step') line.put('frame', 'frame', ++mark)
          line.subscriber.deliver()
        }
        expect(line.sent.length, `in second ${i}`).toBe(before)
      })
      expect(line.sent.length).toBe(begun)
      // Once it has answered, it gets the answer to its last hello, or what is new.
      line.drain()
      line.pong()
      const asked = seconds.flat().includes('hello')
      expect(line.sent.length).toBe(begun + (asked ? 2 : mark > 1 ? 1 : 0))
      expect(marks(line).at(-1)).toBe(mark)
    }),
  )
})

test('a client is closed when a ping is unanswered for longer than slowMs, neither earlier nor later', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 15 }),
      (good, greets, slow) => {
        const line = wire({ slowMs: 1000 * slow })
        if (greets) line.hello()
        for (let i = 0; i < good; i++) {
          line.pong()
          line.subscriber.check(1000)
        }
        line.pong()
        line.calls.length = 0
        line.subscriber.check(1000)
        for (let i = 0; i < slow; i++) line.subscriber.check(1000)
        expect(line.calls).toEqual(['ping'])
        line.subscriber.check(1)
        expect(line.calls).toEqual(['ping', 'slow', 'close 4008'])
      },
    ),
  )
})

test('a client that says no hello is closed after helloMs', () => {
  const line = wire({ helloMs: 2000 })
  line.subscriber.check(1000)
  line.subscriber.check(1000)
  expect(line.calls).not.toContain('close 4001')
  line.subscriber.check(1)
  expect(line.calls).toContain('close 4001')
})
