import type { IncomingMessage, ServerResponse } from 'node:http'
import { control } from './control.js'
import { type Answer, type Endpoint, type Guard, RequestError, type Service } from './endpoint.js'
import { health } from './health.js'
import { metrics } from './metrics.js'
import { predict } from './predict.js'

/** The endpoints by the first part of their paths. */
const endpoints: Readonly<Record<string, Endpoint>> = { health, metrics, predict, control }

/** Answers a request for one of the endpoints; returns false if the path, which begins with `/`, is of none. */
export type Api = (request: IncomingMessage, response: ServerResponse, path: string) => boolean

/** Creates the server's interface for programs. The gate has let the host of the request in before. */
export const createApi = (service: Service, guard: Guard, refused: (reason: string) => void): Api => {
  const answered = async (endpoint: Endpoint, request: IncomingMessage, rest: string): Promise<Answer> => {
    if (request.method !== endpoint.method && !(request.method === 'HEAD' && endpoint.method === 'GET'))
      return { ...failure(405, `expected ${endpoint.method}.`), headers: { Allow: endpoint.method } }
    // A page of another site could send what its reader did not ask for.
    const foreign = guard.origin(request)
    const unknown = guard.token(request)
    if (foreign !== undefined || (unknown !== undefined && !endpoint.open)) {
      const reason = foreign ?? unknown!
      refused(reason)
      return failure(foreign === undefined ? 401 : 403, reason)
    }
    return endpoint.answer(service, { request, rest, isKnown: unknown === undefined })
  }
  return (request, response, path) => {
    const [, name = '', rest = ''] = /^\/([a-z]+)(?:\/([^/]*))?$/.exec(path) ?? []
    const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined
    if (endpoint === undefined) return false
    void answered(endpoint, request, rest)
      .catch((error: Error) =>
        error instanceof RequestError ? failure(error.status, error.message) : failure(500, error.message),
      )
      .then((answer) => send(request, response, answer))
    return true
  }
}

const failure = (status: number, error: string): Answer => ({ status, body: { error } })

const send = (request: IncomingMessage, response: ServerResponse, { status, body, type, headers }: Answer): void => {
  const text = type === undefined ? `${JSON.stringify(body)}\n` : String(body)
  // What was not read of a body is not read any more, so that this connection cannot be used again.
  const ends = request.complete ? {} : { Connection: 'close' }
  response.writeHead(status, {
    'Content-Type': type ?? 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
    ...ends,
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}
