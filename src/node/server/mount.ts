import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Api } from '../api/api.js'
import type { Gate } from './gate.js'
import type { PageHandler } from './page.js'
import type { HttpServer, ServedSource } from './server.js'

export interface MountOptions {
  readonly gate: Gate
  readonly page: PageHandler
  /** Answer requests for paths of their own, wherever this is mounted. */
  readonly sources: readonly ServedSource[]
  readonly api: Api
  /** Where the page and the WebSocket are; it begins and ends with `/`. */
  readonly path: string
  /** Returns why no further client is accepted, or undefined. */
  readonly full: () => string | undefined
  /** Is called with the WebSocket of each client that is accepted. */
  readonly welcome: (socket: WebSocket) => void
  /** Is called for each request that is refused, with the reason. */
  readonly refused: (reason: string) => void
}

/**
 * The limits of what a client may send, which is only a hello, and of how long it may take to close. Compression is off
 * because floats hardly shrink and its memory fragments.
 */
const limits = {
  perMessageDeflate: false,
  maxPayload: 65_536,
  maxFragments: 64,
  maxBufferedChunks: 1024,
  closeTimeout: 2_000,
}

/** The paths at which each HTTP server has something mounted. */
const mounted = new WeakMap<HttpServer, string[]>()

export interface Mounted {
  /** Answers a request for `path` or below; returns false for another. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  end(): void
}

/**
 * Serves the page and the endpoints by HTTP, and the WebSocket, at `path` of an HTTP server. Requests for other paths
 * are left to the server's other listeners; where there are any, they get all requests, and may have them handled.
 *
 * @throws TypeError if something is mounted there already
 */
export const mount = (
  http: HttpServer,
  { gate, page, api, sources, path, full, welcome, refused }: MountOptions,
): Mounted => {
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, ...limits })
  const paths = mounted.get(http) ?? []
  if (paths.includes(path))
    throw new TypeError(`createServer: path ${path} is taken on this server; expected another path, as '/live/'.`)
  mounted.set(http, paths)
  paths.push(path)
  const hasOthers = (event: string): boolean => http.listenerCount(event) > paths.length
  /** Tells whether a path is for this listener: the longest mounted path that it begins with, or else the first one. */
  const isFor = (asked: string): boolean => {
    const begin = paths.filter((own) => asked.startsWith(own)).sort((a, b) => b.length - a.length)
    return path === (begin[0] ?? paths[0])
  }

  /** Tells whether a path is this one without the slash at its end. */
  const isBare = (asked: string): boolean => path !== '/' && `${asked}/` === path

  const refuse = (socket: Duplex, status: string, line: string): void => {
    refused(line)
    const head = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n`
    socket.end(`${head}Content-Length: ${Buffer.byteLength(line) + 1}\r\n\r\n${line}\n`, () => socket.destroy())
  }
  /** Answers a request for this listener's path. */
  const answer = (request: IncomingMessage, response: ServerResponse, asked: string): void => {
    const rest = asked.startsWith(path) ? asked.slice(path.length - 1) : ''
    const forbidden = gate.host(request)
    if (forbidden === undefined && isBare(asked)) {
      // The page reads its files beside itself, so that it needs the slash. A proxy may have put more before the path.
      const query = (request.url ?? '').slice(asked.length)
      response.writeHead(308, { Location: `${asked.slice(asked.lastIndexOf('/') + 1)}/${query}` }).end()
      return
    }
    if (forbidden === undefined && api(request, response, rest)) return
    // The files of the page hold nothing of a model. The page itself is refused because a browser shows the reason.
    const unknown = asked === path ? gate.token(request) : undefined
    const reason = forbidden ?? unknown
    if (reason === undefined) {
      void page(request, response, rest)
      return
    }
    refused(reason)
    const type = 'text/plain; charset=utf-8'
    response.writeHead(forbidden === undefined ? 401 : 403, { 'Content-Type': type }).end(`${reason}\n`)
  }
  /** Lets a source answer; each has a gate of its own. */
  const isOfSource = (request: IncomingMessage, response: ServerResponse): boolean =>
    sources.some((source) => source.handle?.(request, response) === true)
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    if (!hasOthers('request') && isOfSource(request, response)) return
    const asked = pathOf(request)
    if (isFor(asked) && !hasOthers('request')) answer(request, response, asked)
  }
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const asked = pathOf(request)
    if (!isFor(asked) || (asked !== path && hasOthers('upgrade'))) return
    socket.on('error', () => socket.destroy())
    const forbidden = gate.host(request) ?? gate.origin(request)
    const unknown = gate.token(request)
    const noRoom = full()
    if (forbidden !== undefined) refuse(socket, '403 Forbidden', forbidden)
    else if (asked !== path) refuse(socket, '404 Not Found', `The WebSocket is at ${path}.`)
    else if (unknown !== undefined) refuse(socket, '401 Unauthorized', unknown)
    else if (noRoom !== undefined) refuse(socket, '503 Service Unavailable', noRoom)
    else sockets.handleUpgrade(request, socket, head, welcome)
  }
  http.on('request', onRequest as never)
  http.on('upgrade', onUpgrade as never)
  return {
    handle(request, response) {
      if (isOfSource(request, response)) return true
      const asked = pathOf(request)
      if (!asked.startsWith(path) && !isBare(asked)) return false
      answer(request, response, asked)
      return true
    },
    end() {
      http.off('request', onRequest as never)
      http.off('upgrade', onUpgrade as never)
      paths.splice(paths.indexOf(path), 1)
    },
  }
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0]
