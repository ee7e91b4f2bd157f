import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { WebSocket } from 'ws'
import { optionsOf } from '../../options/optionsOf.js'
import { closeCodes } from '../../wire/index.js'
import { type Channel, createChannel, isServed, type Served } from './channel.js'
import { ListenError, type SystemError, UnknownModelError } from './errors.js'
import { createGate } from './gate.js'
import { createHttpServer } from './httpServer.js'
import { builtPage, createPage } from './page.js'
import { startPulse } from './pulse.js'
import { type Server, type ServerOptions, serverDefaults } from './server.js'
import { createSubscriber, type Subscriber } from './subscriber.js'

/**
 * Serves models live. It answers every hello from the model itself, so that a client that arrives late has the whole
 * state at once, and then sends the newest state as long as `publish` is called.
 *
 * @throws TypeError if an option is not valid or an entry is not a model; ListenError if it cannot listen on the port
 * @example
 * const server = await createServer({ models: { power: model }, port: 8080 })
 * reading$.pipe(learn(model), broadcast(server)).subscribe()
 */
export const createServer = async (options: ServerOptions): Promise<Server> => {
  const own = optionsOf('createServer', options, { ...serverDefaults, epoch: Math.floor(Date.now() / 1000) % 2 ** 32 })
  const { models, host, port, maxHz, maxClients, slowMs, helloMs, pingMs, epoch } = own
  if (Object.keys(models).length === 0)
    throw new TypeError('createServer: models is empty; expected at least one model, as in { power: model }.')
  if (!(Number.isInteger(port) && port >= 0 && port <= 65535))
    throw new TypeError(`createServer: port is ${port}; expected a whole number from 0 (any free port) to 65535.`)
  if (!(maxHz > 0 && maxHz <= 1000))
    throw new TypeError(`createServer: maxHz is ${maxHz}; expected a number above 0 and at most 1000.`)
  if (!Number.isInteger(epoch) || epoch < 0 || epoch > 0xffffffff)
    throw new TypeError(`createServer: epoch is ${epoch}; expected a whole number below 2³².`)
  for (const [name, model] of Object.entries(models)) {
    if (!isServed(model))
      throw new TypeError(`createServer: models.${name} is not a model; expected what createModel returns.`)
  }
  if (new Set(Object.values(models)).size < Object.keys(models).length)
    throw new TypeError('createServer: one model is given under two names; expected one name for each model.')

  const counters = { clients: 0, framesSent: 0, framesSkipped: 0, bytesSent: 0, slow: 0, refused: 0 }
  const subscribers = new Set<Subscriber>()
  const channels = new Map<string, Channel>()
  const byModel = new Map<Served, Channel>()
  let closing: Promise<void> | undefined

  const sent = (topic: string, bytes: number): void => {
    if (topic === 'frame') counters.framesSent += 1
    counters.bytesSent += bytes
  }
  const slow = (): void => {
    counters.slow += 1
  }
  const welcome = (socket: WebSocket): void => {
    const subscriber = createSubscriber(socket, { channels, epoch, helloMs, slowMs, pingMs, sent, slow })
    subscribers.add(subscriber)
    counters.clients += 1
    socket.on('close', () => {
      subscriber.leave()
      subscribers.delete(subscriber)
      counters.clients -= 1
    })
  }

  const http = createHttpServer({
    gate: createGate(own),
    page: createPage(own.page ?? builtPage()),
    maxClients,
    full: () =>
      closing !== undefined
        ? 'The server is closing.'
        : subscribers.size < maxClients
          ? undefined
          : `The server has ${maxClients} clients already, which is its maximum.`,
    welcome,
    refused: () => {
      counters.refused += 1
    },
  })
  const skipped = (): void => {
    counters.framesSkipped += 1
  }
  // If anything fails here, the channels are closed again: a server that could not be created listens to no model and
  // holds no port.
  try {
    for (const [name, model] of Object.entries(models)) {
      const channel = createChannel({ name, model, epoch, maxHz, skipped })
      channels.set(name, channel)
      byModel.set(model, channel)
    }
    http.listen({ host, port })
    await once(http, 'listening').catch((cause: SystemError) => {
      throw new ListenError(host, port, cause)
    })
  } catch (error) {
    for (const channel of channels.values()) channel.close()
    throw error
  }

  const channelOf = (verb: string, model: Served): Channel => {
    const channel = byModel.get(model)
    if (channel === undefined) throw new UnknownModelError(verb, Object.keys(models))
    return channel
  }
  const pulse = startPulse(channels, subscribers)

  const bound = (http.address() as AddressInfo).port
  const shownHost = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  let lastModel: Served | undefined
  let lastPublish: Channel['publish'] = () => false

  const close = async (): Promise<void> => {
    clearInterval(pulse)
    const done = once(http, 'close')
    http.close()
    // Packets that are still waiting are sent before the close frame, because a socket keeps the order.
    for (const channel of channels.values()) channel.close()
    for (const { socket } of subscribers) socket.close(closeCodes.goingAway, 'the server closes')
    const timeout = setTimeout(() => {
      for (const { socket } of subscribers) socket.terminate()
      http.closeAllConnections()
    }, 1000)
    await Promise.all([...subscribers].map(({ socket }) => new Promise((closed) => socket.once('close', closed))))
    http.closeAllConnections()
    await done
    clearTimeout(timeout)
  }

  return {
    url: `http://${shownHost}:${bound}`,
    port: bound,
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
    show: (model, message) => channelOf('show', model).show(message),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
