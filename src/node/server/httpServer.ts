import { createServer as createNodeServer, type Server as HttpServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Gate } from './gate.js'
import type { PageHandler } from './page.js'

export interface HttpServerOptions {
  readonly gate: Gate
  readonly page: PageHandler
  readonly maxClients: number
  /** Returns why no further client is accepted, or undefined. */
  readonly full: () => string | undefined
  /** Is called with the WebSocket of each client that is accepted. */
  readonly welcome: (socket: WebSocket) => void
  /** Is called for each request that is refused. */
  readonly refused: () => void
}

/**
 * The limits of what a client may send, which is only a hello. Compression is off because floats hardly shrink and its
 * memory fragments.
 */
const limits = {
  perMessageDeflate: false,
  maxPayload: 65_536,
  maxFragments: 64,
  maxBufferedChunks: 1024,
  closeTimeout: 5_000,
}

/**
 * The limits of a request. By default Node checks for late ones only every 30 s, three times as long as they have here.
 */
const requests = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
}

/** Creates the HTTP server, which does not listen yet. It serves the page by GET and the WebSocket at `/`. */
export const createHttpServer = ({ gate, page, maxClients, full, welcome, refused }: HttpServerOptions): HttpServer => {
  const http = createNodeServer(requests)
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, ...limits })
  // There is some room for requests of the page, which come before the WebSocket of that page.
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
