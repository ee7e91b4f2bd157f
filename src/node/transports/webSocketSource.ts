import { WebSocket } from 'ws'
import { checkNumber } from '../../options/checkNumber.js'
import { checkWhole } from '../../options/checkWhole.js'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { Cursor } from '../../values.js'
import { type Arrival, type Opening, pulledSource } from '../sources/pulledSource.js'
import type { Source, SourceRow } from '../sources/source.js'
import { sourceDefaults } from '../sources/sourceOptions.js'
import { addressOf, checkHeaders, serverAdvice } from './address.js'
import { createInbox } from './inbox.js'
import { checkMessages, type MessageOptions, rowsOf } from './messages.js'
import { checkLine, type LineOptions, lineDefaults, Over, Refused, reconnecting } from './reconnecting.js'

export interface WebSocketSourceOptions<T = SourceRow> extends MessageOptions<T>, LineOptions {
  /**
   * What is sent after each connection, such as a subscription; a function gets the cursor of the row that was given
   * last, so that it can ask for those after it. Default: nothing.
   */
  readonly hello?: string | ((cursor: Cursor | undefined) => string) | undefined
  /** Further headers of the handshake, such as `{ Authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** The subprotocols to ask for. */
  readonly protocols?: readonly string[]
  /** The number of messages that wait for the reader before the connection is paused. Default: 1024. */
  readonly capacity?: number
  /** The largest message in bytes. Default: 1,000,000. */
  readonly maxBytes?: number
  /** How long nothing may come, not even the answer to a ping, before the connection counts as lost. Default: 30,000. */
  readonly silenceMs?: number
}

/**
 * Receives rows from a WebSocket: each message is an object as JSON, an array of them, or what `parse` makes of it.
 *
 * A slow reader pauses the connection, so that the sender has to wait. A lost connection is made again, with growing
 * waits. What the server sent meanwhile is lost, unless it can be asked for it: rows that have a number of their own
 * name its column as `cursor`, and `hello` tells the server which one was the last.
 *
 * @throws TypeError for an address that does not begin with ws:// or wss:// (or http://, https://) and for an unknown
 * option; while it is read, ConnectionError if the server refuses, or if there is no connection within `timeoutMs`
 * @example
 * const trades = webSocketSource('wss://example.org/feed', { hello: '{"subscribe":"trades"}' })
 * const learned$ = fromRows(trades).pipe(learn(model))
 */
export const webSocketSource = <T extends object = SourceRow>(
  url: string,
  options: WebSocketSourceOptions<T> = {},
): Source<T> => {
  const by = 'webSocketSource'
  const given = optionsOf(by, options, {
    ...sourceDefaults,
    ...lineDefaults,
    ...{ parse: undefined, hello: undefined, headers: {}, protocols: [] },
    ...{ capacity: 1024, maxBytes: 1_000_000, silenceMs: 30_000 },
  })
  const { hello, headers, protocols, capacity, maxBytes, silenceMs } = given
  const parse = given.parse as MessageOptions<T>['parse']
  const address = addressOf(by, url, ['ws:', 'wss:', 'http:', 'https:'])
  checkMessages(by, given as MessageOptions<T>)
  checkLine(by, given)
  checkHeaders(by, headers)
  if (hello !== undefined && typeof hello !== 'string' && typeof hello !== 'function')
    throw new TypeError(`${by}: hello is ${shown(hello)}; expected a text, or a function of a cursor that returns one.`)
  for (const name of protocols)
    if (typeof name !== 'string') throw new TypeError(`${by}: protocols has ${shown(name)}; expected texts.`)
  checkWhole(`${by}: capacity is`, capacity)
  checkWhole(`${by}: maxBytes is`, maxBytes)
  checkNumber(`${by}: silenceMs`, silenceMs, { from: 2, most: 2 ** 31 - 1 })

  async function* connect(
    { admit, cursor }: Opening<T>,
    opened: () => void,
    signal: AbortSignal,
  ): AsyncGenerator<Arrival<T>> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), [...protocols], { headers, maxPayload: maxBytes })
    const inbox = createInbox<Arrival<T>>(
      capacity,
      () => socket.pause(),
      () => {
        heardAt = performance.now()
        socket.resume()
      },
    )
    let heardAt = performance.now()
    let problem: Error | undefined
    const heard = (): void => {
      heardAt = performance.now()
    }
    const stop = (): void => inbox.end()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    const silence = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN || socket.isPaused) return
      if (performance.now() - heardAt <= silenceMs) socket.ping()
      else inbox.end(new Error(`nothing came for ${silenceMs} ms`))
    }, silenceMs / 2)
    socket.on('open', () => {
      heard()
      opened()
      if (hello !== undefined) socket.send(typeof hello === 'string' ? hello : hello(cursor()))
    })
    socket.on('pong', heard)
    socket.on('ping', heard)
    socket.on('message', (data) => {
      heard()
      const bytes = data as Buffer
      const message = { topic: '', text: bytes.toString(), bytes }
      inbox.put(admit(rowsOf(parse, message)))
    })
    socket.on('error', (error: Error & { readonly code?: string }) => {
      const isLong = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
      problem = isLong ? new Refused(`a message is longer than ${maxBytes} bytes; give a larger maxBytes.`) : error
    })
    socket.on('unexpected-response', (request, { statusCode = 0 }) => {
      request.destroy()
      const reason = `it answers ${statusCode} in place of opening a WebSocket`
      problem =
        statusCode >= 400 && statusCode < 500 && statusCode !== 429
          ? new Refused(`${reason}; ${refusedAdvice}`)
          : new Error(reason)
      inbox.end(problem)
    })
    socket.on('close', (code, reason) => {
      const closed = `it closed with ${code}${reason.length > 0 ? `, ${reason}` : ''}`
      inbox.end(problem ?? (code === 1000 && !given.reconnect ? new Over(closed) : new Error(closed)))
    })
    try {
      yield* inbox.items()
    } finally {
      signal.removeEventListener('abort', stop)
      clearInterval(silence)
      socket.removeAllListeners()
      // It emits an error when it is ended before it is open.
      socket.on('error', () => {})
      if (socket.readyState === WebSocket.OPEN) socket.close(1000)
      socket.terminate()
    }
  }
  const what = `webSocketSource ${address.shown}`
  return pulledSource(what, given as MessageOptions<T>, (opening) =>
    reconnecting({ what, advice: serverAdvice }, given, opening.signal, (opened, signal) =>
      connect(opening, opened, signal),
    ),
  )
}

const refusedAdvice = 'check the path, and the headers if it wants a token.'
