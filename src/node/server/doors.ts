import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Gate } from './gate.js'
import type { PageHandler } from './page.js'

export interface DoorsOptions {
  readonly gate: Gate
  readonly page: PageHandler
  readonly maxClients: number
  /** Why no one more comes in, or undefined. */
  readonly full: () => string | undefined
  readonly welcome: (socket: WebSocket) => void
  readonly refused: () => void
}

/** What a client may send: a hello. Compression is off: floats hardly shrink, and its memory fragments. */
const limits = {
  perMessageDeflate: false,
  maxPayload: 65_536,
  maxFragments: 64,
  maxBufferedChunks: 1024,
  closeTimeout: 5_000,
}

/** What a request may take. Node looks for late ones every 30 seconds by itself: three times what they are given here. */
const requests = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
}

/** The HTTP server, not yet listening: pages by GET, and the WebSocket at `/`, for whom the gate lets in. */
export const createDoors = ({ gate, page, maxClients, full, welcome, refused }: DoorsOptions): HttpServer => {
  const http = createHttpServer(requests)
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, ...limits })
  // Some room for pages: they are asked for before their WebSocket is.
  http.maxConnections = maxClients + 100

  const refuse = (socket: Duplex, status: string, line: string): void => {
    refused()
    const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n`
    socket.end(`${head}Content-Length: ${Buffer.byteLength(line) + 1}\r\n\r\n${line}\n`, () => socket.destroy())
  }
  http.on('request', (request, response) => {
    const forbidden = gate.host(request)
    if (forbidden === undefined) {
      void page(request, response)
    } else {
      refused()
      response.writeHead(403, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${forbidden}\n`)
    }
  })
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const forbidden = gate.host(request) ?? gate.origin(request)
    const noRoom = full()
    if (forbidden !== undefined) refuse(socket, '403 Forbidden', forbidden)
    else if (request.url?.split('?', 1)[0] !== '/') refuse(socket, '404 Not Found', 'The WebSocket is at /.')
    else if (noRoom !== undefined) refuse(socket, '503 Service Unavailable', noRoom)
    else sockets.handleUpgrade(request, socket, head, welcome)
  })
  return http
}
