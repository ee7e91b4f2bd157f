import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { createChannel } from '../../../../src/node/server/channel.js'
import { createSubscriber } from '../../../../src/node/server/subscriber.js'
import { closeCodes, encodeMessage, PROTOCOL } from '../../../../src/wire/index.js'
import { standIn } from './standIn.js'

// A client may send a limited number of messages between two checks, for any length of time; more than that is a flood.

const MOST = 20
const hello = Buffer.from(encodeMessage({ type: 'hello', protocol: PROTOCOL }))

test('a client may send a few messages at a time forever, and is closed if it sends too many at once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: MOST + 3 }), { minLength: 1, maxLength: 30 }), (bursts) => {
      const closed: number[] = []
      const socket = Object.assign(new EventEmitter(), {
        ...{ OPEN: 1, readyState: 1, bufferedAmount: 0, send: () => {}, ping: () => {}, terminate: () => {} },
        close: (code: number) => {
          closed.push(code)
          socket.readyState = 2
        },
      })
      const channel = createChannel({
        ...{ name: 'power', models: ['power'], model: standIn(), epoch: 1, maxHz: 20, skipped: () => {} },
      })
      const subscriber = createSubscriber(socket as unknown as WebSocket, {
        ...{ channels: new Map([['power', channel]]), helloMs: 1e9, slowMs: 1e9 },
        ...{ sent: () => {}, slow: () => {} },
      })
      for (const burst of bursts) {
        for (let i = 0; i < burst; i++) socket.emit('message', hello, true)
        expect(closed).toEqual(burst > MOST ? [closeCodes.flood] : [])
        if (burst > MOST) break
        subscriber.check(1000)
      }
      channel.close()
    }),
  )
})
