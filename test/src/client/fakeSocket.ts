import type { SocketClass, SocketLike } from '../../../src/client/index.js'
import { decodeMessage, encodeMessage, type Message } from '../../../src/wire/index.js'

/** The server's end of a fake connection, which can do what a real server never does. */
export interface FakeEnd {
  readonly url: string
  readonly said: Message[]
  readonly closed: boolean
  accept(): void
  send(data: Message | Uint8Array<ArrayBuffer> | string): void
  hangUp(code: number, reason?: string): void
}

export interface FakeNet {
  readonly WebSocket: SocketClass
  /** Resolves to the next connection that is made. */
  next(): Promise<FakeEnd>
}

/** @param arrived is called with each connection when it is made */
export const fakeNet = (arrived: (end: FakeEnd) => void = () => {}): FakeNet => {
  const ends: FakeEnd[] = []
  const waiting: ((end: FakeEnd) => void)[] = []
  const arrive = (end: FakeEnd): void => {
    arrived(end)
    const wake = waiting.shift()
    if (wake === undefined) ends.push(end)
    else wake(end)
  }
  const WebSocket = function WebSocket(url: string): SocketLike {
    const said: Message[] = []
    let closed = false
    const socket: SocketLike = {
      binaryType: 'blob',
      bufferedAmount: 0,
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (data) => said.push(decodeMessage(data)),
      close: () => {
        closed = true
      },
    }
    arrive({
      url,
      said,
      get closed() {
        return closed
      },
      accept: () => socket.onopen?.({} as never),
      send: (data) => {
        const sent = typeof data === 'string' || data instanceof Uint8Array ? data : encodeMessage(data)
        socket.onmessage?.({ data: typeof sent === 'string' ? sent : sent.slice().buffer } as never)
      },
      hangUp: (code, reason = '') => socket.onclose?.({ code, reason } as never),
    })
    return socket
  }
  return {
    WebSocket: WebSocket as unknown as SocketClass,
    next: () =>
      new Promise((resolve) => {
        const end = ends.shift()
        if (end === undefined) waiting.push(resolve)
        else resolve(end)
      }),
  }
}
