import type { IncomingMessage } from 'node:http'
import { RequestError } from '../api/endpoint.js'

export type BodyRows = readonly unknown[]

/**
 * Reads the rows of a request's body: one object or an array of them as JSON, or one object a line as NDJSON.
 *
 * A page of another site can send other types of content without asking first, so that they are refused.
 *
 * @returns the rows, and the text that they were read from
 * @throws RequestError if the type is another, the body too long, or no JSON
 */
export const ingestBody = async (
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ readonly text: string; readonly rows: BodyRows }> => {
  const type = request.headers['content-type'] ?? ''
  const lines = /^application\/(x-)?ndjson\s*(;|$)/i.test(type)
  if (!lines && !/^application\/json\s*(;|$)/i.test(type))
    throw new RequestError(
      415,
      `the Content-Type is "${type.slice(0, 100)}"; expected application/json or application/x-ndjson.`,
    )
  const tooLong = (): RequestError =>
    new RequestError(413, `the body is longer than ${maxBytes} bytes; expected several smaller requests.`)
  if (Number(request.headers['content-length']) > maxBytes) throw tooLong()
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > maxBytes) throw tooLong()
    pieces.push(piece)
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
  } catch {
    throw new RequestError(400, 'the body is not UTF-8.')
  }
  return { text, rows: lines ? rowsOfLines(text) : rowsOfJson(text) }
}

const rowsOfJson = (text: string): BodyRows => {
  const value = parsed(text, 'the body')
  return Array.isArray(value) ? value : [value]
}

const rowsOfLines = (text: string): BodyRows => {
  const rows: unknown[] = []
  text.split('\n').forEach((line, i) => {
    if (line.trim() !== '') rows.push(parsed(line, `line ${i + 1}`))
  })
  return rows
}

const parsed = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RequestError(400, `${what} is not JSON: ${(error as Error).message}.`)
  }
}
