import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, failure, messageOf, RequestError } from './answer.js'
import { readableFor } from './crossOrigin.js'

const failureOf = (thrown: unknown): Answer =>
  failure(thrown instanceof RequestError ? thrown.status : 500, messageOf(thrown))

/**
 * Sends an answer when it is there, or says why there is none. It never throws, because no one could catch it.
 *
 * @param friend the origin of a page of another site that may read the answer
 */
export const reply = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Promise<Answer>,
  friend: string | undefined,
): void => {
  const write = (given: Answer): void => send(request, response, readableFor(friend, given))
  void answer
    .catch(failureOf)
    .then(write)
    .catch((thrown) => write(failureOf(thrown)))
}

const send = (request: IncomingMessage, response: ServerResponse, { status, body, type, headers }: Answer): void => {
  const text = body === undefined ? undefined : type === undefined ? `${JSON.stringify(body)}\n` : String(body)
  // Somebody else may have answered meanwhile, such as a limit of time.
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    ...(text !== undefined && {
      'Content-Type': type ?? 'application/json',
      'Content-Length': Buffer.byteLength(text),
    }),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
    // What was not read of a body is not read any more, so that this connection cannot be used again.
    ...(request.complete ? {} : { Connection: 'close' }),
  })
  response.end(request.method === 'HEAD' ? undefined : text)
}
