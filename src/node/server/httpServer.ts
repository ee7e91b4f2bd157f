import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { ListenError, type SystemError } from './errors.js'

/**
 * The limits of a request. By default Node checks for late ones only every 30 s, three times as long as they have here.
 */
const requests = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
}
/** How long a connection may neither send nor receive, before it becomes a WebSocket. */
const IDLE_MS = 15_000

/** Creates an HTTP server, which does not listen yet and answers nothing. */
export const createHttpServer = (maxClients: number): Server => {
  const http = createServer(requests)
  // There is some room for requests of the page, which come before the WebSocket of that page.
  http.maxConnections = maxClients + 100
  http.timeout = IDLE_MS
  return http
}

/** @throws ListenError */
export const listen = async (http: Server, host: string, port: number): Promise<void> => {
  http.listen({ host, port })
  await once(http, 'listening').catch((cause: SystemError) => {
    throw new ListenError(host, port, cause)
  })
}
