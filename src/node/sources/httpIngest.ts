import type { IncomingMessage, ServerResponse } from 'node:http'
import { checkFunction } from '../../options/checkFunction.js'
import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { Cursor } from '../../values.js'
import { type Answer, failure } from '../http/answer.js'
import { isPreflight, preflight } from '../http/crossOrigin.js'
import { inSlices } from '../http/inSlices.js'
import { reply } from '../http/reply.js'
import type { Journal } from '../journal/journal.js'
import { createGate } from '../server/gate.js'
import type { HttpRequest, HttpResponse } from '../server/server.js'
import { isToken } from '../server/token.js'
import { createIdempotency, type Sent, taken } from './idempotency.js'
import { ingestBody } from './ingestBody.js'
import { journaled } from './journaled.js'
import { createQueue } from './queue.js'
import type { Source, SourceRow } from './source.js'

export interface HttpIngestOptions<T extends object = SourceRow> {
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

export interface HttpIngest<T = SourceRow> extends Source<T> {
  /** Answers a request for the path; returns false for another one, which is left to others. */
  handle(request: HttpRequest, response: HttpResponse): boolean
}

/** Up to so many rows are checked at once. */
const MOST_AT_ONCE = 100
/** The largest number of invalid rows that an answer lists. */
const MOST_LISTED = 100

/**
 * Receives rows by HTTP POST, on a server of your own: a row or an array of rows as JSON, or one row a line as NDJSON.
 *
 * A request is taken whole or not at all, and answered when the reader has finished with its last row:
 *
 *     200  { "taken": 3 }
 *     422  { "error", "rows": [{ "index": 1, "reason" }] }   the first 100 invalid rows; none is taken
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
export const httpIngest = <T extends object = SourceRow>(options: HttpIngestOptions<T> = {}): HttpIngest<T> => {
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
  const once = createIdempotency(keys, journal?.keys)

  const reasonOf = (row: unknown): string | undefined => {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      return `the row is ${shown(row)}; expected an object.`
    if (journal && Object.hasOwn(row, journal.column))
      return `the row has a field '${journal.column}'; expected none, since its cursor is written there.`
    const reason: unknown = check?.(row as T)
    if (reason === undefined || typeof reason === 'string') return reason
    // A check that waits cannot be waited for here, and its failure is nobody's.
    void Promise.resolve(reason).catch(() => {})
    throw new TypeError(`httpIngest: check returned ${shown(reason)}; expected a text that says why, or undefined.`)
  }
  const take = async (rows: readonly unknown[], sent?: Sent): Promise<Answer> => {
    if (rows.length > capacity)
      return failure(413, `${rows.length} rows are given; expected at most ${capacity} a request.`)
    const invalid: { readonly index: number; readonly reason: string }[] = []
    const look = (row: unknown, index: number): void => {
      const reason = reasonOf(row)
      if (reason !== undefined) invalid.push({ index, reason })
    }
    if (rows.length > MOST_AT_ONCE) await inSlices(rows, look)
    else rows.forEach(look)
    queue.counters.invalid += invalid.length
    if (invalid.length > 0) {
      const listed = invalid.slice(0, MOST_LISTED)
      const rest = listed.length < invalid.length ? ` The first ${listed.length} are listed.` : ''
      return {
        status: 422,
        body: { error: `${invalid.length} of ${rows.length} rows are invalid.${rest}`, rows: listed },
      }
    }
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
    if (isPreflight(request)) return preflight('POST')
    const unknown = gate.token(request)
    if (unknown !== undefined)
      return failure(401, 'the token is missing or wrong; expected the header Authorization: Bearer ….')
    if (request.method !== 'POST') return { ...failure(405, 'expected POST.'), headers: { Allow: 'POST' } }
    if (queue.isClosed) return closed
    const { 'idempotency-key': key } = request.headers
    if (key !== undefined && (key.length < 1 || key.length > 255))
      return failure(400, 'the Idempotency-Key is malformed; expected 1 to 255 characters.')
    const { digest, rows } = await ingestBody(request, maxBytes)
    return once(key as string | undefined, digest, (sent) => take(rows, sent))
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
      reply(request, answering as ServerResponse, answered(request), gate.friend(request))
      return true
    },
  }
}

const closed: Answer = failure(503, 'this source is closed; not all rows of the request were finished with.')
const full: Answer = {
  ...failure(429, 'the queue is full; send the request again later.'),
  headers: { 'Retry-After': '1' },
}
