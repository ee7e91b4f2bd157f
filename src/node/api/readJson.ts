import type { IncomingMessage } from 'node:http'
import { RequestError } from './endpoint.js'

/** The largest body in bytes. */
const MOST_BYTES = 1_000_000

/**
 * Reads the body of a request as JSON.
 *
 * A page of another site can send a request without being asked first only if it is no JSON, so that the type is
 * checked.
 *
 * @throws RequestError if the type is another, the body too long, or no JSON
 */
export const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new RequestError(415, `the Content-Type is "${type.slice(0, 100)}"; expected application/json.`)
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > MOST_BYTES)
      throw new RequestError(413, `the body is longer than ${MOST_BYTES} bytes; expected several smaller requests.`)
    pieces.push(piece)
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces)))
  } catch (error) {
    throw new RequestError(400, `the body is not JSON: ${(error as Error).message}.`)
  }
}
