import type { IncomingMessage } from 'node:http'
import { kindOfBody, parsed, readBody } from '../http/readBody.js'

/** The largest body in bytes. */
const MOST_BYTES = 1_000_000

/**
 * Reads the body of a request as JSON.
 *
 * @throws RequestError if the type is another, the body too long, or no JSON
 */
export const readJson = async (request: IncomingMessage): Promise<unknown> => {
  kindOfBody(request, { 'application/json': true })
  return parsed(await readBody(request, MOST_BYTES))
}
