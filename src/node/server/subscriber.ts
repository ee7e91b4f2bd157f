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
import type { Channel } from './channel.js'
import { createLiveness } from './liveness.js'
import type { Receiver } from './receiver.js'

export interface SubscriberOptions {
  readonly channels: ReadonlyMap<string, Channel>
  readonly helloMs: number
  readonly slowMs: number
  readonly sent: (topic: string, bytes: number) => void
  readonly slow: () => void
}

export interface Subscriber extends Receiver {
  readonly socket: WebSocket
  /**
   * Is called once a second; it pings the client, or closes the connection if the client is silent, slow or gone.
   *
   * @param passedMs the time since the last call in which the client could be heard
   */
  check(passedMs: number): void
  leave(): void
}

/** The largest number of messages, pings and unasked pongs that a client may send between two checks. */
const MOST_MESSAGES = 20

/**
 * Creates one connection. Its hello is answered, and then it is sent the newest of the topics that it wants, but
 * nothing while its client is behind.
 */
export const createSubscriber = (socket: WebSocket, options: SubscriberOptions): Subscriber => {
  const { channels, helloMs, slowMs, sent, slow } = options
  const marks = new Map<string, number>()
  const liveness = createLiveness((payload) => socket.ping(payload))
  let channel: Channel | undefined
  let want: ReadonlySet<string> = new Set()
  let hello: Hello | undefined
  let ageMs = 0
  let messages = 0

  const send = (topic: string, bytes: Uint8Array): void => {
    sent(topic, bytes.length)
    socket.send(bytes, { binary: true }, caughtUp)
  }
  const fail = (code: FailureCode, text: string): void => {
    send('error', encodeMessage({ type: 'error', code, text }))
    self.leave()
    socket.close(closeCodes[code], code)
  }

  const welcome = ({ protocol, model, want: wanted }: Hello): void => {
    const names = [...channels.keys()]
    const name = model ?? (names.length === 1 ? names[0] : undefined)
    const requested = name === undefined ? undefined : channels.get(name)
    if (protocol !== PROTOCOL) {
      fail('protocol', `The client uses protocol ${protocol} and this server ${PROTOCOL}; update the older one.`)
    } else if (requested === undefined) {
      const missing =
        name === undefined
          ? `No model is named, as in { model: ${JSON.stringify(names[0])} }`
          : `There is no model ${JSON.stringify(name)}`
      if (names.length === 0) fail('model', 'No model is served yet, since no row has come; connect again later.')
      // The quotes tell a reader, such as the page, where a name ends.
      else fail('model', `${missing}; expected one of ${names.map((each) => JSON.stringify(each)).join(', ')}.`)
    } else {
      self.leave()
      channel = requested
      want = new Set(wanted ?? topics)
      marks.clear()
      send('welcome', requested.welcome())
      const past = want.has('history') ? requested.history() : undefined
      if (past) send('history', past)
      requested.join(self)
      liveness.ping()
    }
  }
  /** Answers the newest hello, once everything sent before it has been read. */
  const answer = (): void => {
    if (hello === undefined || liveness.waiting || socket.bufferedAmount > 0) return
    const asked = hello
    hello = undefined
    welcome(asked)
  }
  const caughtUp = (error?: Error | null): void => {
    if (error || socket.readyState !== socket.OPEN || socket.bufferedAmount > 0) return
    answer()
    self.deliver()
  }

  const receive = (bytes: Uint8Array): void => {
    let message: Message
    try {
      message = decodeMessage(bytes)
    } catch (error) {
      fail('message', (error as Error).message)
      return
    }
    if (message.type !== 'hello') {
      fail('message', `The client sent ${message.type}; expected hello.`)
      return
    }
    hello = message
    answer()
  }
  /** Counts what the client sends; returns false if that is too much, or nothing is expected any more. */
  const count = (): boolean => {
    if (socket.readyState !== socket.OPEN) return false
    messages += 1
    if (messages > MOST_MESSAGES) fail('flood', `The client sent more than ${MOST_MESSAGES} messages in a second.`)
    return messages <= MOST_MESSAGES
  }

  socket.on('message', (data, binary) => {
    if (!count()) return
    if (binary) receive(data as Buffer)
    else fail('message', 'The client sent a text message; every message of this protocol is binary.')
  })
  // ws answers pings by itself, and a client that sends many and reads no answer would fill the buffers.
  socket.on('ping', count)
  socket.on('pong', (payload) => {
    if (liveness.hear(payload)) caughtUp()
    else count()
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
      if (liveness.waitedMs > 0 || socket.bufferedAmount > 0) return false
      for (const [key, { topic, mark, bytes }] of channel.newest) {
        if (marks.get(key) === mark || !want.has(topic)) continue
        marks.set(key, mark)
        send(topic, bytes)
      }
      return true
    },
    check(passedMs) {
      messages = 0
      ageMs += passedMs
      liveness.pass(passedMs)
      if (socket.readyState !== socket.OPEN) return
      if (channel === undefined && hello === undefined && ageMs > helloMs) {
        socket.close(closeCodes.noHello, 'no hello')
      } else if (liveness.waitedMs > slowMs) {
        slow()
        self.leave()
        socket.close(closeCodes.slow, 'slow')
      } else {
        liveness.ping()
      }
    },
    leave() {
      channel?.leave(self)
      channel = undefined
    },
  }
  return self
}
