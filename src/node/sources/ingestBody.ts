import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { inSlices } from '../http/inSlices.js'
import { kindOfBody, parsed, readBody } from '../http/readBody.js'
import { elementsOf } from './elementsOf.js'

/** Up to so many characters, a text is parsed at once. */
const SHORT = 100_000

const KINDS = {
  'application/json': 'json',
  'application/x-ndjson': 'lines',
  'application/ndjson': 'lines',
} as const

/**
 * Reads the rows of a request's body: one object or an array of them as JSON, or one object a line as NDJSON. A long body
 * is parsed in stretches, between which the event loop turns.
 *
 * @returns the rows, and a digest of the body
 * @throws RequestError if the type is another, the body too long, or no JSON
 */
export const ingestBody = async (
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ readonly digest: string; readonly rows: readonly unknown[] }> => {
  const kind = kindOfBody(request, KINDS)
  const hash = createHash('sha256')
  const text = await readBody(request, maxBytes, (piece) => hash.update(piece))
  return { digest: hash.digest('base64'), rows: kind === 'lines' ? await rowsOfLines(text) : await rowsOfJson(text) }
}

const rowsOfJson = async (text: string): Promise<readonly unknown[]> => {
  const rows: unknown[] = []
  const elements = text.length > SHORT ? elementsOf(text) : undefined
  if (elements === undefined) {
    const value = parsed(text)
    return Array.isArray(value) ? value : [value]
  }
  await inSlices(elements, (element) => {
    if (element !== undefined) rows.push(parsed(element, `the element at index ${rows.length}`))
  })
  return rows
}

const rowsOfLines = async (text: string): Promise<readonly unknown[]> => {
  const rows: unknown[] = []
  const add = (line: string, i: number): void => {
    if (line.trim() !== '') rows.push(parsed(line, `line ${i + 1}`))
  }
  if (text.length > SHORT) await inSlices(linesOf(text), add)
  else text.split('\n').forEach(add)
  return rows
}

function* linesOf(text: string): Generator<string> {
  let from = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    yield text.slice(from, end)
    from = end + 1
  }
  yield text.slice(from)
}
