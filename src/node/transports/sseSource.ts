import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { type Arrival, type Opening, pulledSource } from '../sources/pulledSource.js'
import type { Source, SourceRow } from '../sources/source.js'
import { sourceDefaults } from '../sources/sourceOptions.js'
import { addressOf, checkHeaders, serverAdvice } from './address.js'
import { eventStream } from './eventStream.js'
import { checkMessages, type MessageOptions, rowsOf } from './messages.js'
import { checkLine, type LineOptions, lineDefaults, Over, Refused, reconnecting } from './reconnecting.js'

export interface SseSourceOptions<T = SourceRow> extends MessageOptions<T>, LineOptions {
  /** Further headers of the request, such as `{ Authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** The largest number of characters in an event. Default: 1,000,000. */
  readonly longest?: number
}

/**
 * Receives rows as server-sent events: the data of each event is an object as JSON, an array of them, or what `parse`
 * makes of it, whose `topic` is the type of the event.
 *
 * The cursor of a row is the identifier of its event. A lost connection is made again, after the wait that the server
 * asked for, and the server is told the last identifier, so that it can go on after it; `from` is told it at the
 * first connection. The request is read as slowly as its reader reads. An answer of 204 ends the source.
 *
 * Source of the format: WHATWG, HTML Living Standard, 9.2 Server-sent events.
 *
 * @throws TypeError for an address that does not begin with http:// or https:// and for an unknown option; while it is
 * read, ConnectionError if the server refuses, or if there is no connection within `timeoutMs`
 * @example
 * const changes = sseSource('https://stream.wikimedia.org/v2/stream/recentchange', { cursor: 'at', from: model.cursor })
 * const learned$ = fromRows(changes).pipe(learn(model))
 */
export const sseSource = <T extends object = SourceRow>(url: string, options: SseSourceOptions<T> = {}): Source<T> => {
  const by = 'sseSource'
  const given = optionsOf(by, options, {
    ...sourceDefaults,
    ...lineDefaults,
    ...{ parse: undefined, headers: {}, longest: 1_000_000 },
  })
  const { headers, longest, from } = given
  const parse = given.parse as MessageOptions<T>['parse']
  const address = addressOf(by, url, ['http:', 'https:'])
  checkMessages(by, given as MessageOptions<T>)
  checkLine(by, given)
  checkHeaders(by, headers)
  checkWhole(`${by}: longest is`, longest)

  const opened = ({ signal, admit }: Opening<T>): AsyncGenerator<Arrival<T>> => {
    let lastId = from === undefined ? '' : `${from}`
    const line = { ...given }
    async function* connect(open: () => void, attempt: AbortSignal): AsyncGenerator<Arrival<T>> {
      const resumed = lastId === '' ? {} : { 'Last-Event-ID': lastId }
      const accepted = { Accept: 'text/event-stream', 'Cache-Control': 'no-store' }
      const response = await fetch(url, { headers: { ...accepted, ...headers, ...resumed }, signal: attempt })
      const { status, body } = response
      try {
        if (status === 204) throw new Over('it answers 204')
        checkAnswer(response)
        open()
        const events = eventStream(lastId, longest)
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
        for await (const piece of body!) {
          const found = events.read(decoder.decode(piece, { stream: true }))
          if (events.retryMs !== undefined) line.firstMs = events.retryMs
          const rows = found.flatMap(({ type, data, id }) => {
            const message = { topic: type, text: data, bytes: Buffer.from(data) }
            return rowsOf(parse, message, id === '' ? undefined : id)
          })
          yield admit(rows)
          // The rows up to here were taken.
          lastId = events.lastId
        }
      } finally {
        await body?.cancel().catch(() => {})
      }
    }
    return reconnecting({ what, advice: serverAdvice }, line, signal, connect)
  }
  const what = `sseSource ${address.shown}`
  return pulledSource(what, given as MessageOptions<T>, opened)
}

/** @throws Refused for an answer that would be the same the next time, Error for one that may be another */
const checkAnswer = ({ status, headers }: Response): void => {
  if (status >= 500 || status === 429 || status === 408) throw new Error(`it answers ${status}`)
  if (status !== 200) throw new Refused(`it answers ${status}; check the path, and the headers if it wants a token.`)
  const type = headers.get('content-type')
  if (!type?.startsWith('text/event-stream'))
    throw new Refused(`it sends ${type ?? 'content of no type'}; expected text/event-stream: is this the right path?`)
}
