import { WebSocket } from 'ws'
import { optionsOf } from '../../options/optionsOf.js'
import { shown } from '../../options/shown.js'
import type { CountingSink } from '../../results/sink.js'
import { addressOf, checkHeaders, serverAdvice } from '../transports/address.js'
import { Refused } from '../transports/reconnecting.js'
import { lineSink } from './lineSink.js'
import { checkMessageSink, type MessageSinkOptions, messageDefaults, messageOf } from './messages.js'

export interface WebSocketSinkOptions extends MessageSinkOptions {
  /** Further headers of the handshake, such as `{ Authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>>
  /** The subprotocols to ask for. */
  readonly protocols?: readonly string[]
}

/**
 * Sends each row as a message of a WebSocket, as JSON or as what `text` makes of it.
 *
 * Rows count as written when the other side has answered a ping behind them, so that it has received them; what it does
 * with them is not known. After a lost connection, up to `inFlight` rows are sent again, so that some may come twice.
 *
 * @throws TypeError for an address that does not begin with ws:// or wss:// (or http://, https://) and for an unknown
 * option; from `write`, ConnectionError if the server refuses, or if there is no connection within `timeoutMs`
 * @example
 * const sent$ = row$.pipe(learn(model), writeTo(webSocketSink('wss://example.org/predictions'), { keep: ['time'] }))
 */
export const webSocketSink = (url: string, options: WebSocketSinkOptions = {}): CountingSink => {
  const by = 'webSocketSink'
  const given = optionsOf(by, options, { ...messageDefaults, headers: {}, protocols: [] })
  const { headers, protocols } = given
  const address = addressOf(by, url, ['ws:', 'wss:', 'http:', 'https:'])
  checkMessageSink(by, given as MessageSinkOptions)
  checkHeaders(by, headers)
  for (const name of protocols)
    if (typeof name !== 'string') throw new TypeError(`${by}: protocols has ${shown(name)}; expected texts.`)
  const what = `${by} ${address.shown}`

  return lineSink(what, serverAdvice, given, async (opened, lost, signal) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), [...protocols], { headers })
    let problem: Error | undefined
    const end = (hasFailed: boolean): void => {
      socket.removeAllListeners()
      // It emits an error when it is ended before it is open.
      socket.on('error', () => {})
      if (!hasFailed && socket.readyState === WebSocket.OPEN) socket.close(1000)
      else socket.terminate()
    }
    signal.addEventListener('abort', () => socket.terminate(), { once: true })
    socket.on('unexpected-response', (request, { statusCode = 0 }) => {
      request.destroy()
      const reason = `it answers ${statusCode} in place of opening a WebSocket`
      const isFinal = statusCode >= 400 && statusCode < 500 && statusCode !== 429
      problem = isFinal
        ? new Refused(`${reason}; check the path, and the headers if it wants a token.`)
        : new Error(reason)
      lost(problem)
    })
    socket.on('error', (error) => {
      problem ??= error
    })
    socket.on('close', (code, reason) =>
      lost(problem ?? new Error(`it closed with ${code}${reason.length > 0 ? `, ${reason}` : ''}`)),
    )
    await new Promise<void>((resolve) => socket.once('open', resolve))
    opened()
    return {
      async send({ id, rows }) {
        const messages = rows.map((row) => messageOf(what, given.text as MessageSinkOptions['text'], row))
        for (const message of messages) socket.send(message)
        await new Promise<void>((resolve) => {
          const heard = (data: Buffer): void => {
            if (data.toString() !== id) return
            socket.off('pong', heard)
            resolve()
          }
          socket.on('pong', heard)
          socket.ping(id)
        })
      },
      end,
    }
  })
}
