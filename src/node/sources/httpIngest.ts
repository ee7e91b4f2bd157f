import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkFunction } from '../../options/checkFunction.js'
import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { Cursor, Row } from '../../values.js'
import { RequestError } from '../api/endpoint.js'
import type { Journal } from '../journal/journal.js'
import { createGate } from '../server/gate.js'
import type { HttpRequest, HttpResponse } from '../server/server.js'
import { isToken } from '../server/token.js'
import { type Answer, createAnsweredOnce, failure, type Sent, taken } from './answeredOnce.js'
import { ingestBody } from './ingestBody.js'
import { journaled } from './journaled.js'
import { createQueue } from './queue.js'
import type { Source } from './source.js'

export interface HttpIngestOptions<T = Row> {
  /** The path that rows are sent to. Default: '/rows'. */
  readonly path?: string
  /** The largest number of rows that wait for the reader. Default: 1024. */
  readonly capacity?: number
  /** The secret that senders give as `Authorization: Bearer …`, of 16 to 1024 characters. Default: none is asked for. */
  readonly token?: string
  /** Returns why a row is refused, or undefined for one that is right. Default: every object is right. */
  readonly check?: (row: T) => string | undefined
  /** The largest body in bytes. Default: 1,000,000. */
  readonly maxBytes?: number
  /** The number of idempotency keys that are remembered. Default: 1000. */
  readonly keys?: number
  /** Where rows are kept before they are acknowledged, with their keys. Default: nowhere. */
  readonly journal?: Journal<object>
  /** The cursor of the last row of the journal that is not to be read again, such as `model.cursor`. Default: none. */
  readonly from?: Cursor | undefined
  /** Further names under which the server is reached, such as those of a proxy. */
  readonly allowHosts?: readonly string[]
  /** The origins of pages that may send rows, such as `https://example.org`. */
  readonly allowOrigins?: readonly string[]
}

export interface HttpIngest<T = Row> extends Source<T> {
  /** Answers a request for the path; returns false for another one, which is left to others. */
  handle(request: HttpRequest, response: HttpResponse): boolean
}

/**
 * Receives rows by HTTP POST, on a server of your own: a row or an array of rows as JSON, or one row a line as NDJSON.
 *
 * A request is taken whole or not at all, and answered when the reader has finished with its last row:
 *
 *     200  { "taken": 3 }
 *     422  { "error", "rows": [{ "index": 1, "reason" }] }   rows that are invalid; none of the request is taken
 *     429  with Retry-After                                  the queue has no room now; send it again later
 *     413  a body or batch too large   400, 415  no JSON     401, 403  no token, or another site   503  closed
 *
 * A request with an `Idempotency-Key` that was taken before is answered again, and its rows are not given twice; the
 * newest `keys` keys are remembered by this process. A reader that stops amid a request leaves its sender with 503,
 * although some of its rows were given.
 *
 * With a `journal`, a request is answered with 200 once its rows are on the disk, and rows and keys outlast the process:
 * the reader first gets the rows behind `from` that the journal has, each row with its cursor.
 *
 * @throws JournalError if the journal lacks rows behind `from`; TypeError for an unknown option, a path that does not begin with '/', or a malformed token; RangeError for a
 * capacity, maxBytes or keys that is not a whole number of at least 1
 * @example
 * const ingest = httpIngest({ path: '/rows', capacity: 1000 })
 * const learned$ = fromRows(ingest).pipe(learn(model))
 * // http.createServer((request, response) => ingest.handle(request, response) || response.writeHead(404).end())
 * // curl -H 'Content-Type: application/json' -d '{ "hour": 9, "power": 310 }' localhost:8080/rows
 */
export const httpIngest = <T extends object = Row>(options: HttpIngestOptions<T> = {}): HttpIngest<T> => {
  const { path, capacity, token, check, maxBytes, keys, journal, from, allowHosts, allowOrigins } = optionsOf(
    'httpIngest',
    options,
    {
      ...{ path: '/rows', capacity: 1024, token: undefined, check: undefined, maxBytes: 1_000_000, keys: 1000 },
      ...{ journal: undefined, from: undefined, allowHosts: [], allowOrigins: [] },
    },
  )
  checkWhole('httpIngest: capacity is', capacity)
  checkWhole('httpIngest: maxBytes is', maxBytes)
  checkWhole('httpIngest: keys is', keys)
  if (typeof path !== 'string' || !/^\/[^?#\s]*$/.test(path))
    throw new TypeError(`httpIngest: path is ${shown(path)}; expected a path such as '/rows'.`)
  if (check !== undefined) checkFunction('httpIngest: check', check, 'a function of a row that returns a reason')
  if (token !== undefined && !isToken(token))
    throw new TypeError('httpIngest: token is malformed; expected 16 to 1024 letters, digits and signs without spaces.')
  for (const [name, list] of Object.entries({ allowHosts, allowOrigins }))
    if (!Array.isArray(list) || !list.every((one) => typeof one === 'string'))
      throw new TypeError(`httpIngest: ${name} is ${shown(list)}; expected an array of texts.`)
  if (journal !== undefined && typeof journal?.append !== 'function')
    throw new TypeError(`httpIngest: journal is ${shown(journal)}; expected what await openJournal('journal') returns.`)
  if (from !== undefined && journal === undefined)
    throw new TypeError('httpIngest: from is given without a journal, in which alone rows have cursors.')
  const name = `httpIngest ${path}`
  const gate = createGate({ host: 'localhost', allowHosts, allowOrigins, token })
  const queue = createQueue<T>(capacity, name)
  const kept = journal && journaled(queue, capacity, journal as Journal<T>, from)
  const once = createAnsweredOnce(keys, journal?.keys ?? [])

  const reasonOf = (row: unknown): string | undefined => {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      return `the row is ${shown(row)}; expected an object.`
    if (journal && Object.hasOwn(row, journal.column))
      return `the row has a field '${journal.column}'; expected none, since its cursor is written there.`
    return check?.(row as T)
  }
  const take = async (rows: readonly unknown[], sent?: Sent): Promise<Answer> => {
    const invalid = rows.flatMap((row, index) => {
      const reason = reasonOf(row)
      return reason === undefined ? [] : [{ index, reason }]
    })
    queue.counters.invalid += invalid.length
    if (invalid.length > 0)
      return { status: 422, body: { error: `${invalid.length} of ${rows.length} rows are invalid.`, rows: invalid } }
    if (rows.length > capacity)
      return failure(413, `${rows.length} rows are given; expected at most ${capacity} a request.`)
    if (queue.isClosed) return closed
    const done = kept ? kept.take(rows as readonly T[], sent) : queue.offer(rows as readonly T[])
    if (done === undefined) return full
    try {
      return (await done) === 'closed' ? closed : taken(rows.length)
    } catch (error) {
      const status = error instanceof TypeError ? 422 : 503
      return failure(status, `the rows could not be kept: ${(error as Error).message}`)
    }
  }
  const answered = async (request: IncomingMessage): Promise<Answer> => {
    const foreign = gate.host(request) ?? gate.origin(request)
    if (foreign !== undefined) return failure(403, foreign)
    const unknown = gate.token(request)
    if (unknown !== undefined)
      return failure(401, 'the token is missing or wrong; expected the header Authorization: Bearer ….')
    if (request.method !== 'POST') return { ...failure(405, 'expected POST.'), headers: { Allow: 'POST' } }
    if (queue.isClosed) return closed
    const { 'idempotency-key': key } = request.headers
    if (key !== undefined && (key.length < 1 || key.length > 255))
      return failure(400, 'the Idempotency-Key is malformed; expected 1 to 255 characters.')
    const { text, rows } = await ingestBody(request, maxBytes)
    return once(key as string | undefined, text, (sent) => take(rows, sent))
  }

  return {
    name,
    get counters() {
      return { ...queue.counters }
    },
    close: queue.close,
    [Symbol.asyncIterator]: kept?.read ?? queue.read,
    handle(asked, answering) {
      const request = asked as IncomingMessage
      if ((request.url ?? '').split('?', 1)[0] !== path) return false
      void answered(request)
        .catch((error: Error) => failure(error instanceof RequestError ? error.status : 500, error.message))
        .then((answer) => send(request, answering as ServerResponse, answer))
      return true
    },
  }
}

const closed: Answer = failure(503, 'this source is closed; not all rows of the request were finished with.')
const full: Answer = {
  ...failure(429, 'the queue is full; send the request again later.'),
  headers: { 'Retry-After': '1' },
}

const send = (request: IncomingMessage, response: ServerResponse, { status, body, headers }: Answer): void => {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
    // What was not read of a body is not read any more, so that this connection cannot be used again.
    ...(request.complete ? {} : { Connection: 'close' }),
  })
  response.end(text)
}
