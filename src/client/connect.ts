import { checkFieldKinds, fieldKindsWith } from '../features/kinds.js'
import { optionsOf } from '../options/optionsOf.js'
import { shown } from '../options/shown.js'
import type { Welcome } from '../wire/index.js'
import {
  closeCodes,
  decodeMessage,
  decodePublication,
  encodeMessage,
  FrameError,
  isFrame,
  PROTOCOL,
} from '../wire/index.js'
import { backOff } from './backOff.js'
import { type Connection, ConnectionError, type ConnectOptions, connectDefaults, type Incoming } from './connection.js'
import { createDeferred } from './deferred.js'
import { checkFits } from './fits.js'
import { createMailbox } from './mailbox.js'
import { isTold, refusalOf, UNTOLD } from './refusal.js'
import { type SocketLike, socketClass, socketUrl } from './socket.js'

/**
 * Connects to a server of live models and stays connected.
 *
 * @throws TypeError if the runtime has no WebSocket, or the URL is not valid
 * @example
 * const connection = connect('http://127.0.0.1:8080')
 * for await (const message of connection.messages)
 *   if (message.type === 'status') console.log(message.step, message.rowsPerSecond)
 */
export const connect = (url: string, options?: ConnectOptions): Connection => {
  const { model, want, token, fieldKinds, WebSocket, reconnect, ...times } = optionsOf('connect', options, {
    ...connectDefaults,
    want: undefined,
  })
  const { firstMs, mostMs, silenceMs, timeoutMs } = times
  for (const [name, text] of Object.entries({ model, token }))
    if (text !== undefined && typeof text !== 'string')
      throw new TypeError(`connect: ${name} is ${name === 'token' ? typeof text : shown(text)}; expected a text.`)
  if (want !== undefined && !Array.isArray(want))
    throw new TypeError(`connect: want is ${shown(want)}; expected a list of topics, such as ['frame'].`)
  if (fieldKinds !== 'any') checkFieldKinds('connect', fieldKinds)
  const Socket = socketClass(WebSocket)
  const kinds = fieldKinds === 'any' ? fieldKinds : fieldKindsWith(fieldKinds)
  const whole = socketUrl(url, token)
  // Errors show the address, and their readers are not meant to have the token.
  const [address] = whole.split('?', 1)
  const mailbox = createMailbox<Incoming>()
  const first = createDeferred<Welcome>()
  // A caller who reads only `messages` learns of the failure there, so this rejection counts as handled.
  first.promise.catch(() => {})
  let socket: SocketLike | undefined
  let welcome: Welcome | undefined
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let everOpen = false
  let attempts = 0
  let reason = 'no answer came'
  let openedAt = performance.now()
  let heardAt = openedAt
  let ended = false

  const end = (error?: ConnectionError): void => {
    if (ended) return
    ended = true
    clearTimeout(retryTimer)
    clearTimeout(timeout)
    clearInterval(silence)
    drop()
    first.reject(error ?? new ConnectionError(`connect: the connection to ${address} was closed before a welcome.`))
    mailbox.end(error)
  }
  /** Gives the socket up: whatever it does from now on is ignored. */
  const drop = (): void => {
    const old = socket
    socket = undefined
    welcome = undefined
    if (old === undefined) return
    old.onopen = old.onmessage = old.onclose = null
    // `ws` emits an error when it is closed before it is open; without a handler, that error would end the process.
    old.onerror = () => {}
    old.close()
  }
  const lost = (why: string): void => {
    if (ended) return
    const wasOpen = welcome !== undefined
    // Only a connection that lasted resets the waits: otherwise a server that drops every client would be called four
    // times a second.
    if (performance.now() - openedAt > mostMs) attempts = 0
    reason = why
    drop()
    if (!reconnect) {
      end(new ConnectionError(`connect: the connection to ${address} is lost: ${why}.`))
      return
    }
    if (wasOpen) mailbox.put('line', { type: 'line', state: 'lost', reason: why })
    clearTimeout(retryTimer)
    retryTimer = setTimeout(open, backOff(attempts, firstMs, mostMs))
    attempts += 1
  }
  const refused = (text: string): void => end(new ConnectionError(`connect: ${address} refuses: ${text}`))

  const receive = (bytes: Uint8Array): void => {
    if (isFrame(bytes)) {
      if (welcome === undefined) throw new FrameError('it came before the welcome')
      const received = decodePublication(bytes)
      checkFits(received, welcome, kinds)
      const { epoch, publication } = received
      mailbox.put('frame', { type: 'frame', epoch, step: publication.step, publication })
      return
    }
    const message = decodeMessage(bytes, kinds)
    switch (message.type) {
      case 'welcome':
        if (message.protocol !== PROTOCOL) {
          refused(`it speaks protocol ${message.protocol}, this client ${PROTOCOL}; update the older one.`)
          return
        }
        welcome = message
        everOpen = true
        clearTimeout(timeout)
        // Nothing from an earlier connection counts any more: its epoch may differ.
        mailbox.clear()
        mailbox.put('line', { type: 'line', state: 'open', reason: '' })
        mailbox.put('welcome', message)
        first.resolve(message)
        return
      case 'error':
        if (message.code === 'protocol' || message.code === 'model') refused(message.text)
        else lost(message.text)
        return
      case 'hello':
        lost('it sent a hello, as a client does')
        return
      default:
        mailbox.put(message.type === 'event' ? `event ${message.kind}` : message.type, message)
    }
  }

  const open = (): void => {
    const opened = new Socket(whole)
    let problem = ''
    let wasOpen = false
    socket = opened
    openedAt = performance.now()
    heardAt = openedAt
    opened.binaryType = 'arraybuffer'
    opened.onopen = () => {
      wasOpen = true
      const wanted = want === undefined ? {} : { want: [...new Set([...want, 'status' as const])] }
      opened.send(
        encodeMessage({ type: 'hello', protocol: PROTOCOL, ...(model === undefined ? {} : { model }), ...wanted }),
      )
    }
    opened.onmessage = ({ data }: { readonly data: unknown }) => {
      heardAt = performance.now()
      try {
        if (typeof data === 'string') throw new FrameError('it is text; every message of this protocol is binary')
        receive(new Uint8Array(data as ArrayBuffer))
      } catch (error) {
        lost((error as Error).message)
      }
    }
    opened.onclose = ({ code, reason: why }: { readonly code?: number; readonly reason?: string }) => {
      const closed = `it closed with ${code}${why ? `, ${why}` : ''}`
      const final = refusalOf(problem, token !== undefined || /[?&]token=/.test(whole), everOpen)
      if (final !== undefined) refused(final)
      else if (code === closeCodes.protocol || code === closeCodes.model) refused(`it closed with ${code}, ${why}.`)
      else lost(wasOpen || isTold(problem) ? problem || closed : `${closed} before it was open${UNTOLD}`)
    }
    opened.onerror = ({ message }: { readonly message?: string }) => {
      problem = message ?? ''
    }
  }

  const timeout =
    timeoutMs < 0x7fffffff
      ? setTimeout(() => end(new ConnectionError(`connect: no welcome came from ${address}: ${reason}.`)), timeoutMs)
      : undefined
  const silence = setInterval(() => {
    if (socket !== undefined && performance.now() - heardAt > silenceMs) lost(`nothing came for ${silenceMs} ms`)
  }, silenceMs / 2)
  open()

  return { url: address, welcome: first.promise, messages: mailbox.items, resync: lost, close: () => end() }
}
