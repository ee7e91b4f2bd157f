import { shown } from '../options/shown.js'
import type { Bytes } from '../values.js'
/**
 * The part of the standard WebSocket that is used here: those of browsers, of Node (from 22 on) and of `ws` have it.
 * Handlers take `never`, so that all of these classes fit, although each has event types of its own.
 */
export interface SocketLike {
  binaryType: string
  readonly bufferedAmount: number
  onopen: ((event: never) => unknown) | null
  onmessage: ((event: never) => unknown) | null
  onclose: ((event: never) => unknown) | null
  onerror: ((event: never) => unknown) | null
  send(data: Bytes): void
  close(code?: number, reason?: string): void
}
export type SocketClass = new (url: string) => SocketLike

export const socketClass = (given: SocketClass | undefined): SocketClass => {
  const found = given ?? (globalThis as unknown as { WebSocket?: SocketClass }).WebSocket
  // An arrow function cannot be called with new, and has no prototype.
  if (typeof found?.prototype === 'object') return found
  if (found !== undefined)
    throw new TypeError(`connect: WebSocket is ${shown(found)}; expected a class, such as that of the package ws.`)
  throw new TypeError(
    'connect: this runtime has no WebSocket (Node has one from version 22 on). ' +
      "Use connect and replica from 'rxgrad/node', or pass { WebSocket }, such as that of the package ws.",
  )
}

/**
 * Returns a URL for a WebSocket: http:// becomes ws://. In a page, a mere path belongs to the page's own server.
 *
 * @param token is added to it, as the server expects it
 */
export const socketUrl = (url: string, token?: string): string => {
  const base = (globalThis as unknown as { location?: { href?: string } }).location?.href
  if (typeof url !== 'string' || !URL.canParse(url, base))
    throw new TypeError(`connect: the URL is ${shown(url)}; expected one such as http://127.0.0.1:8080.`)
  const parsed = new URL(url, base)
  const secure = parsed.protocol === 'https:' || parsed.protocol === 'wss:'
  if (!secure && parsed.protocol !== 'http:' && parsed.protocol !== 'ws:')
    throw new TypeError(`connect: the URL begins with ${parsed.protocol}; expected http:, https:, ws: or wss:.`)
  if (token !== undefined) parsed.searchParams.set('token', token)
  return `${secure ? 'wss' : 'ws'}://${parsed.host}${parsed.pathname}${parsed.search}`
}
