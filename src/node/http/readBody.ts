import type { IncomingMessage } from 'node:http'
import { DEEPEST, isTooDeep } from '../../options/isTooDeep.js'
import { RequestError } from './answer.js'

/**
 * Returns what a type of content is for.
 *
 * A page of another site can send a request without being asked first only if it is no JSON, so that the type is
 * checked.
 *
 * @throws RequestError if the type is none of these, or the body is compressed
 */
export const kindOfBody = <K>({ headers }: IncomingMessage, kinds: Readonly<Record<string, K>>): K => {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers
  const name = type.split(';', 1)[0]!.trim().toLowerCase()
  if (!Object.hasOwn(kinds, name))
    throw new RequestError(
      415,
      `the Content-Type is "${type.slice(0, 100)}"; expected ${Object.keys(kinds).join(' or ')}.`,
    )
  if (encoding.toLowerCase() !== 'identity')
    throw new RequestError(
      415,
      `the Content-Encoding is "${encoding.slice(0, 100)}"; expected a body that is not compressed.`,
    )
  return kinds[name]!
}

/**
 * Reads the body of a request as text.
 *
 * @param look is called with each piece of it
 * @throws RequestError if the body is too long, or not UTF-8
 */
export const readBody = async (
  request: IncomingMessage,
  maxBytes: number,
  look?: (piece: Buffer) => void,
): Promise<string> => {
  const tooLong = (): RequestError =>
    new RequestError(413, `the body is longer than ${maxBytes} bytes; expected several smaller requests.`)
  if (Number(request.headers['content-length']) > maxBytes) throw tooLong()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0
  let text = ''
  const add = (piece?: Buffer): void => {
    try {
      text += piece ? decoder.decode(piece, { stream: true }) : decoder.decode()
    } catch {
      throw new RequestError(400, 'the body is not UTF-8.')
    }
  }
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > maxBytes) throw tooLong()
    look?.(piece)
    add(piece)
  }
  add()
  return text
}

/** @throws RequestError if the text, which the message calls `what`, is no JSON, or nested too deep */
export const parsed = (text: string, what = 'the body'): unknown => {
  if (isTooDeep(text))
    throw new RequestError(400, `${what} is nested more than ${DEEPEST} levels deep; expected rows of plain values.`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RequestError(400, `${what} is not JSON: ${(error as Error).message}.`)
  }
}
