import type { Shown } from '../../wire/index.js'
import type { Served } from './channel.js'
import type { GateOptions } from './gate.js'

export interface ServerOptions extends Partial<GateOptions> {
  /** The models it answers for, by the names that clients ask for. */
  readonly models: Readonly<Record<string, Served>>
  /** Default 127.0.0.1: this machine only. 0.0.0.0 is everyone who can reach it; there are no passwords yet. */
  readonly host?: string
  /** Default 0: any free one. */
  readonly port?: number
  /** Frames a second at most, and messages of each kind. Default 20. */
  readonly maxHz?: number
  /** The folder of the page. Default: the package's own. */
  readonly page?: string
  /** Default 1000. */
  readonly maxClients?: number
  /** A client that has not read its last frame after so long, while newer ones wait, is closed with 4008. Default 10,000. */
  readonly slowMs?: number
  /** Default 5,000. */
  readonly helloMs?: number
  /** Default 25,000. */
  readonly pingMs?: number
  /** The number of this run, below 2³². Default: the seconds since 1970. */
  readonly epoch?: number
}

export interface ServerCounters {
  readonly clients: number
  readonly framesSent: number
  /** Frames that a client was too slow for: it got a newer one instead. */
  readonly framesSkipped: number
  readonly bytesSent: number
  /** Clients closed because they stayed behind. */
  readonly slow: number
  /** Connections refused: Host, Origin, path, or too many. */
  readonly refused: number
}

/** A page and a WebSocket that show models as they learn. */
export interface Server {
  /** Of the page; `connect(url)` takes it too. */
  readonly url: string
  readonly port: number
  readonly counters: ServerCounters
  /**
   * A step has passed. Costs a few nanoseconds but when a frame is due: then the model is copied here, at the step
   * boundary. The last state leaves by itself. Returns true when a state has left since the last call, in this one or by
   * the clock: the moment to `show` what belongs to it.
   *
   * @throws UnknownModelError
   */
  publish(model: Served): boolean
  /**
   * Shows a small message beside the model's frames: an evaluation, a sample, an event. The newest of each kind leaves,
   * at most `maxHz` times a second. The model's own events and the status are shown without this.
   *
   * @throws UnknownModelError, or MessageError when the message is not what the protocol says
   */
  show(model: Served, message: Shown): void
  /** Sends what waits, then ends every connection. Leaves no timer, socket or listener. */
  close(): Promise<void>
}
