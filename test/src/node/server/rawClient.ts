import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Received } from '../../../../src/wire/index.js'
import {
  decodeMessage,
  decodePublication,
  encodeMessage,
  type Hello,
  isFrame,
  type Message,
  PROTOCOL,
} from '../../../../src/wire/index.js'

/** A client without the library's own, which receives every byte that the server sends. */
export interface RawClient {
  readonly socket: WebSocket
  readonly messages: Message[]
  readonly frames: Received[]
  /** Resolves to the close code once the server has closed the connection. */
  readonly closed: Promise<number>
  message<T extends Message['type']>(
    type: T,
    accept?: (message: Extract<Message, { type: T }>) => boolean,
  ): Promise<Extract<Message, { type: T }>>
  frame(accept?: (frame: Received) => boolean): Promise<Received>
  hello(part?: Partial<Hello>): void
}

export const rawClient = async (url: string): Promise<RawClient> => {
  const socket = new WebSocket(url.replace('http', 'ws'))
  const messages: Message[] = []
  const frames: Received[] = []
  const closed = once(socket, 'close').then(([code]) => code as number)
  const wakers = new Set<() => void>()
  socket.on('error', () => {})
  socket.on('message', (data) => {
    const bytes = data as Buffer
    if (isFrame(bytes)) frames.push(decodePublication(bytes))
    else messages.push(decodeMessage(bytes))
    for (const wake of wakers) wake()
  })
  await once(socket, 'open')

  /** Resolves to the first accepted item of the list, which may still have to arrive. */
  const find = <T>(list: readonly T[], accept: (item: T) => boolean): Promise<T> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = list.find(accept)
        if (found === undefined) return
        wakers.delete(look)
        resolve(found)
      }
      wakers.add(look)
      look()
    })
  return {
    socket,
    messages,
    frames,
    closed,
    message: (type, accept = () => true) => find(messages, (m) => m.type === type && accept(m as never)) as never,
    frame: (accept = () => true) => find(frames, accept),
    hello: (part = {}) => socket.send(encodeMessage({ type: 'hello', protocol: PROTOCOL, ...part })),
  }
}
