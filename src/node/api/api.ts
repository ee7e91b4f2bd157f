import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, failure } from '../http/answer.js'
import { isPreflight, preflight } from '../http/crossOrigin.js'
import { reply } from '../http/reply.js'
import { control } from './control.js'
import type { Endpoint, Guard, Service } from './endpoint.js'
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
    const friend = guard.friend(request)
    if (friend !== undefined && isPreflight(request)) return preflight(endpoint.method)
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
    reply(request, response, answered(endpoint, request, rest), guard.friend(request))
    return true
  }
}
