import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import type { Channel, Packet } from '../../../../src/node/server/channel.js'
import { createSubscriber, type Subscriber } from '../../../../src/node/server/subscriber.js'
import { decodeMessage, encodeMessage, type Message, PROTOCOL, type Topic } from '../../../../src/wire/index.js'
import { standIn } from './standIn.js'

interface Wire {
  readonly sent: Uint8Array[]
  readonly calls: string[]
  readonly subscriber: Subscriber
  put(key: string, topic: Topic, mark: number): void
  /** The bytes that were sent stay in the buffers until `drain`. */
  stall(): void
  drain(): void
  pong(): void
  hello(): void
}

/** A subscriber on a socket whose buffers are filled and emptied by hand. */
const wire = (limits: { helloMs?: number; slowMs?: number; pingMs?: number } = {}): Wire => {
  const sent: Uint8Array[] = []
  const calls: string[] = []
  const drained: (() => void)[] = []
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
    ping: () => calls.push('ping'),
  })
  const newest = new Map<string, Packet>()
  const channel: Channel = {
    name: 'power',
    model: standIn(),
    newest,
    publish: () => false,
    show: () => {},
    join: (receiver) => void receiver.deliver(),
    leave: () => {},
    close: () => {},
  }
  const subscriber = createSubscriber(socket as unknown as WebSocket, {
    channels: new Map([['power', channel]]),
    epoch: 1,
    ...{ helloMs: 10, slowMs: 10, pingMs: 10, ...limits },
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
    pong: () => socket.emit('pong'),
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

test('a client that is behind for too long is closed, and one that catches up is not', () => {
  const now = performance.now()
  const line = wire({ helloMs: 1e9, pingMs: 1e9 })
  line.hello()
  line.stall()
  line.subscriber.deliver()
  line.drain()
  line.subscriber.check(now + 1e6)
  expect(line.calls).toEqual([])
  line.stall()
  line.subscriber.deliver()
  line.subscriber.check(now)
  expect(line.calls).toEqual([])
  line.subscriber.check(now + 1e6)
  expect(line.calls).toEqual(['slow', 'close 4008'])
})

test('a client is pinged now and then, and one that does not answer is closed', () => {
  const now = performance.now()
  const line = wire({ pingMs: 1000 })
  line.hello()
  line.subscriber.check(now + 100)
  expect(line.calls).toEqual([])
  line.subscriber.check(now + 2000)
  line.pong()
  line.subscriber.check(now + 4000)
  line.subscriber.check(now + 4500)
  expect(line.calls).toEqual(['ping', 'ping'])
  line.subscriber.check(now + 6000)
  expect(line.calls).toEqual(['ping', 'ping', 'terminate'])
})
