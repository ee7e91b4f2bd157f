import type { Shown } from '../../wire/index.js'
import type { Served } from './channel.js'
import type { GateOptions } from './gate.js'

export interface ServerOptions extends Partial<GateOptions> {
  /** The models that it serves, by the names that clients request. */
  readonly models: Readonly<Record<string, Served>>
  /**
   * The address that it is bound to. Default: 127.0.0.1, which only this machine can reach. With 0.0.0.0 everyone on
   * the network can reach it; there are no passwords yet.
   */
  readonly host?: string
  /** Default: 0, which is any free port. */
  readonly port?: number
  /** The largest number of frames, and of messages of each kind, per second. Default: 20. */
  readonly maxHz?: number
  /** The folder of the page. Default: the page of this package. */
  readonly page?: string
  /** The largest number of clients. Default: 1000. */
  readonly maxClients?: number
  /**
   * The time after which a client that has not read its last frame, while newer ones wait, is closed with code 4008.
   * Default: 10,000.
   */
  readonly slowMs?: number
  /** The time after which a client that has sent no hello is closed. Default: 5,000. */
  readonly helloMs?: number
  /**
   * The time between two pings; a client that does not answer one before the next is due is closed. Default: 25,000.
   */
  readonly pingMs?: number
  /** The number that identifies this run, below 2³². Default: the seconds since 1970. */
  readonly epoch?: number
}

export const serverDefaults: Required<Omit<ServerOptions, 'epoch' | 'page'>> & { readonly page: undefined } = {
  ...{ models: {}, host: '127.0.0.1', port: 0, allowHosts: [], allowOrigins: [], page: undefined },
  ...{ maxHz: 20, maxClients: 1000, slowMs: 10_000, helloMs: 5_000, pingMs: 25_000 },
}

export interface ServerCounters {
  readonly clients: number
  readonly framesSent: number
  /** The number of frames for which a client was too slow; it was sent a newer one instead. */
  readonly framesSkipped: number
  readonly bytesSent: number
  /** The number of clients that were closed because they were too slow for too long. */
  readonly slow: number
  /**
   * The number of connections that were refused because of their Host, Origin or path, or because there were too many.
   */
  readonly refused: number
}

/** A server of a page and a WebSocket that show models while they learn. */
export interface Server {
  /** The URL of the page, which `connect(url)` takes as well. */
  readonly url: string
  readonly port: number
  readonly counters: ServerCounters
  /**
   * Tells the server that the model has taken a step. It costs a few nanoseconds, unless a frame is due: then the model
   * is copied here, at the step boundary. The last state is sent without a further call. Returns true if a state has
   * been sent since the last call, either by this call or by a timer; then is the moment to `show` what belongs to it.
   *
   * @throws UnknownModelError if the server was not given that model
   */
  publish(model: Served): boolean
  /**
   * Shows a small message beside the model's frames: an evaluation, a sample or an event. The newest of each kind is
   * sent, at most `maxHz` times a second. The events that the model raises and the status are shown without this call.
   *
   * @throws UnknownModelError if the server was not given that model; MessageError if the message is not valid
   */
  show(model: Served, message: Shown): void
  /** Sends what is still waiting, then ends every connection. It leaves no timer, socket or listener. */
  close(): Promise<void>
}
