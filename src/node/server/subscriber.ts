import type { WebSocket } from 'ws'
import {
  closeCodes,
  decodeMessage,
  encodeMessage,
  type FailureCode,
  type Hello,
  type Message,
  PROTOCOL,
  topics,
} from '../../wire/index.js'
import type { Channel, Receiver } from './channel.js'

export interface SubscriberOptions {
  readonly channels: ReadonlyMap<string, Channel>
  readonly epoch: number
  readonly helloMs: number
  readonly slowMs: number
  readonly pingMs: number
  readonly sent: (topic: string, bytes: number) => void
  readonly slow: () => void
}

export interface Subscriber extends Receiver {
  readonly socket: WebSocket
  /** Is called once a second; it pings the client, or closes the connection if the client is silent, slow or gone. */
  check(now: number): void
  leave(): void
}

/** The largest number of messages that a client may send between two checks. */
const MOST_MESSAGES = 20

/**
 * Creates one connection. Its hello is answered, and then it is sent the newest of the topics that it wants, but
 * nothing while its client is behind.
 */
export const createSubscriber = (socket: WebSocket, options: SubscriberOptions): Subscriber => {
  const { channels, epoch, helloMs, slowMs, pingMs, sent, slow } = options
  const openedAt = performance.now()
  const marks = new Map<string, number>()
  let channel: Channel | undefined
  let want: ReadonlySet<string> = new Set()
  let behindSince: number | undefined
  let pingedAt = openedAt
  let heard = true
  let messages = 0

  const send = (topic: string, bytes: Uint8Array): void => {
    sent(topic, bytes.length)
    socket.send(bytes, { binary: true }, drained)
  }
  const drained = (error?: Error | null): void => {
    if (error || socket.bufferedAmount > 0) return
    behindSince = undefined
    self.deliver()
  }
  const fail = (code: FailureCode, text: string): void => {
    send('error', encodeMessage({ type: 'error', code, text }))
    self.leave()
    socket.close(closeCodes[code], code)
  }

  const welcome = (hello: Hello): void => {
    const names = [...channels.keys()]
    const name = hello.model ?? (names.length === 1 ? names[0] : undefined)
    const requested = name === undefined ? undefined : channels.get(name)
    if (hello.protocol !== PROTOCOL) {
      fail('protocol', `The client uses protocol ${hello.protocol} and this server ${PROTOCOL}; update the older one.`)
    } else if (requested === undefined) {
      const missing = name === undefined ? 'hello.model is missing' : `There is no model "${name}"`
      fail('model', `${missing}; expected one of ${names.join(', ')}.`)
    } else {
      self.leave()
      channel = requested
      want = new Set(hello.want ?? topics)
      marks.clear()
      const { step, description } = requested.model
      send(
        'welcome',
        encodeMessage({
          type: 'welcome',
          protocol: PROTOCOL,
          model: requested.name,
          models: names,
          epoch,
          step,
          description,
        }),
      )
      requested.join(self)
    }
  }

  const receive = (bytes: Uint8Array): void => {
    let message: Message
    try {
      message = decodeMessage(bytes)
    } catch (error) {
      fail('message', (error as Error).message)
      return
    }
    if (message.type === 'hello') welcome(message)
    else fail('message', `The client sent ${message.type}; expected hello.`)
  }

  socket.on('message', (data, binary) => {
    if (socket.readyState !== socket.OPEN) return
    messages += 1
    if (messages > MOST_MESSAGES) fail('flood', `The client sent more than ${MOST_MESSAGES} messages in a second.`)
    else if (!binary) fail('message', 'The client sent a text message; every message of this protocol is binary.')
    else receive(data as Buffer)
  })
  socket.on('pong', () => {
    heard = true
  })
  // ws closes the connection by itself if it cannot read a message (too large, not UTF-8, a bad frame). It emits this
  // event first, which would be thrown if there were no listener.
  socket.on('error', () => {})

  const self: Subscriber = {
    socket,
    get wantsFrames() {
      return want.has('frame')
    },
    deliver() {
      if (channel === undefined || socket.readyState !== socket.OPEN) return true
      if (socket.bufferedAmount > 0) {
        behindSince ??= performance.now()
        return false
      }
      for (const [key, { topic, mark, bytes }] of channel.newest) {
        if (marks.get(key) === mark || !want.has(topic)) continue
        marks.set(key, mark)
        send(topic, bytes)
      }
      return true
    },
    check(now) {
      messages = 0
      if (socket.readyState !== socket.OPEN) return
      if (channel === undefined && now - openedAt > helloMs) {
        socket.close(closeCodes.noHello, 'no hello')
      } else if (behindSince !== undefined && now - behindSince > slowMs) {
        slow()
        self.leave()
        socket.close(closeCodes.slow, 'slow')
      } else if (now - pingedAt >= pingMs) {
        if (heard) socket.ping()
        else socket.terminate()
        heard = false
        pingedAt = now
      }
    },
    leave() {
      channel?.leave(self)
      channel = undefined
    },
  }
  return self
}
