import { once } from 'node:events'
import { Server as TlsServer } from 'node:tls'
import type { WebSocket } from 'ws'
import { shown } from '../../options/shown.js'
import { closeCodes } from '../../wire/index.js'
import { createApi } from '../api/api.js'
import { createPauses, whileNotPaused } from '../api/pauses.js'
import { type Channel, createChannel } from './channel.js'
import { checkAdded, checkOptions } from './checkOptions.js'
import { UnknownModelError } from './errors.js'
import { createGate } from './gate.js'
import { createHttpServer, listen } from './httpServer.js'
import { logEvents } from './logging.js'
import { mount } from './mount.js'
import { builtPage, createPage } from './page.js'
import { startPulse } from './pulse.js'
import type { Served } from './served.js'
import type { Server, ServerOptions } from './server.js'
import { createSubscriber, type Subscriber } from './subscriber.js'

/**
 * Serves models live. It answers every hello from the model itself, so that a client that arrives late has the whole
 * state at once, and then sends the newest state as long as `publish` is called. Other machines are served only with a
 * `token`, or with `public: true`.
 *
 * @throws TypeError if an option is not valid or an entry is not a model; ListenError if it cannot listen on the port
 * @example
 * const server = await createServer({ models: { power: model }, port: 8080 })
 * reading$.pipe(learn(model), broadcast(server)).subscribe()
 */
export const createServer = async (options: ServerOptions): Promise<Server> => {
  const {
    models,
    sources = {},
    host,
    port,
    path,
    maxHz,
    maxClients,
    slowMs,
    helloMs,
    epoch,
    logger,
    ...given
  } = checkOptions(options)
  const counters = { clients: 0, framesSent: 0, framesSkipped: 0, bytesSent: 0, slow: 0, refused: 0 }
  const subscribers = new Set<Subscriber>()
  const channels = new Map<string, Channel>()
  const byModel = new Map<Served, Channel>()
  const names: string[] = []
  const unlogged: (() => void)[] = []
  let closing: Promise<void> | undefined

  const sent = (topic: string, bytes: number): void => {
    if (topic === 'frame') counters.framesSent += 1
    counters.bytesSent += bytes
  }
  const slow = (): void => {
    counters.slow += 1
  }
  const welcome = (socket: WebSocket): void => {
    const subscriber = createSubscriber(socket, { channels, helloMs, slowMs, sent, slow })
    subscribers.add(subscriber)
    counters.clients += 1
    logger?.info({ clients: counters.clients }, 'a client has connected')
    socket.on('close', (code) => {
      subscriber.leave()
      subscribers.delete(subscriber)
      counters.clients -= 1
      logger?.info({ clients: counters.clients, code }, 'a client has left')
    })
  }
  const skipped = (): void => {
    counters.framesSkipped += 1
  }

  const own = given.server === undefined ? createHttpServer(maxClients) : undefined
  const http = own ?? given.server!
  const gate = createGate({ ...given, host })
  const pauses = createPauses()
  const refused = (reason: string): void => {
    counters.refused += 1
    logger?.warn({ refused: counters.refused }, reason)
  }
  const hasToken = given.token !== undefined
  const mounted = mount(http, {
    gate,
    api: createApi({ models: channels, sources, counters: () => counters, pauses, hasToken }, gate, refused),
    sources: Object.values(sources),
    page: createPage(given.page ?? builtPage(), given.allowOrigins),
    path,
    full: () =>
      closing !== undefined
        ? 'The server is closing.'
        : subscribers.size < maxClients
          ? undefined
          : `The server has ${maxClients} clients already, which is its maximum.`,
    welcome,
    refused,
  })
  const open = (name: string, model: Served): void => {
    names.push(name)
    const channel = createChannel({ name, models: names, model, epoch, maxHz, skipped })
    if (logger) unlogged.push(logEvents(name, model, logger))
    channels.set(name, channel)
    byModel.set(model, channel)
  }
  // If anything fails here, everything is undone: a server that could not be created listens to no model, holds no
  // port, and leaves no listener.
  try {
    for (const [name, model] of Object.entries(models)) open(name, model)
    if (own) await listen(own, host, port)
  } catch (error) {
    for (const channel of channels.values()) channel.close()
    for (const unlog of unlogged) unlog()
    mounted.end()
    throw error
  }

  const channelOf = (verb: string, model: Served): Channel => {
    const channel = byModel.get(model)
    if (channel === undefined) throw new UnknownModelError(verb, names)
    return channel
  }
  const pulse = startPulse(channels, subscribers)
  const scheme = http instanceof TlsServer ? 'https' : 'http'
  const boundPort = (): number => (http.address() as { port?: number } | null)?.port ?? 0
  const shownHost =
    given.server || host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  // A server that is closed has no address any more.
  const lastPort = own && boundPort()
  const portNow = (): number => lastPort ?? boundPort()
  let lastModel: Served | undefined
  let lastPublish: Channel['publish'] = () => false

  const close = async (): Promise<void> => {
    clearInterval(pulse)
    pauses.close()
    const done = own && once(own, 'close')
    own?.close()
    // Packets that are still waiting are sent before the close frame, because a socket keeps the order.
    for (const channel of channels.values()) channel.close()
    for (const unlog of unlogged) unlog()
    for (const { socket } of subscribers) socket.close(closeCodes.goingAway, 'the server closes')
    const timeout = setTimeout(() => {
      for (const { socket } of subscribers) socket.terminate()
      own?.closeAllConnections()
    }, 1000)
    await Promise.all([...subscribers].map(({ socket }) => new Promise((closed) => socket.once('close', closed))))
    own?.closeAllConnections()
    await done
    mounted.end()
    clearTimeout(timeout)
  }

  return {
    get url() {
      return `${scheme}://${shownHost}:${portNow()}${path === '/' ? '' : path}`
    },
    get port() {
      return portNow()
    },
    get counters() {
      return { ...counters }
    },
    publish(model) {
      // Consecutive calls are mostly for the same model, so that a comparison replaces a look-up.
      if (model !== lastModel) {
        lastPublish = channelOf('publish', model).publish
        lastModel = model
      }
      return lastPublish()
    },
    add(name, model) {
      checkAdded(name, model, channels, closing !== undefined)
      open(name, model)
    },
    handle: (request, response) => mounted.handle(request as never, response as never),
    pausable(model, rows) {
      const { name } = channelOf('pausable', model)
      if (!isIterable(rows))
        throw new TypeError(`pausable: rows is ${shown(rows)}; expected an iterable or async iterable of rows.`)
      return whileNotPaused(name, rows, pauses)
    },
    show: (model, message) => channelOf('show', model).show(message),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

const isIterable = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && (Symbol.asyncIterator in given || Symbol.iterator in given)
