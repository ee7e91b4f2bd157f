import type { Shown } from '../../wire/index.js'
import type { Logger } from './logging.js'
import type { Served } from './served.js'

/** The part of an HTTP or HTTPS server of Node that is used here, so that users of these types need no others. */
export interface HttpServer {
  address(): unknown
  on(event: string, listener: never): unknown
  off(event: string, listener: never): unknown
  listenerCount(event: string): number
}

/** The parts of a request and its response that are named here, as those of Node and of Express are. */
export interface HttpRequest {
  readonly headers: object
}
export interface HttpResponse {
  writeHead(status: number, headers: never): unknown
}

/**
 * Where rows wait or come from, such as `httpIngest(…)`, another source, or a `boundedBuffer`: its counters are among
 * the metrics, and one that answers requests is asked for each before the page is.
 */
export interface ServedSource {
  readonly counters: object
  handle?(request: HttpRequest, response: HttpResponse): boolean
}

export interface ServerOptions {
  /** The models that it serves, by the names that clients request. There may be none at first if there are `sources`. */
  readonly models: Readonly<Record<string, Served>>
  /**
   * The address that it is bound to. Default: 127.0.0.1, which only this machine can reach. With 0.0.0.0 everyone on
   * the network can reach it, so that a `token` or `public: true` is needed.
   */
  readonly host?: string | undefined
  /** Default: 0, which is any free port. */
  readonly port?: number | undefined
  /**
   * Sources and buffers by name, whose counters `GET metrics` has: `{ power: httpIngest({ path: '/rows' }) }`. Rows are
   * then sent to the port of this server. Default: none.
   */
  readonly sources?: Readonly<Record<string, ServedSource>> | undefined
  /**
   * An HTTP or HTTPS server of your own to be mounted on, in place of `host` and `port`; with HTTPS, everything is
   * encrypted. You let it listen, and you close it. It needs a `token` or `public: true`. It gets the page too, unless
   * it has a listener for requests.
   */
  readonly server?: HttpServer | undefined
  /** Where the page and the WebSocket are. It begins and ends with `/`. Default: `/`. */
  readonly path?: string | undefined
  /**
   * A secret that every client has to give, in `?token=` or as `Authorization: Bearer`: 16 or more visible ASCII
   * characters, such as `randomBytes(24).toString('base64url')`. Rows, samples and names are sent to nobody else.
   */
  readonly token?: string | undefined
  /** Whether everyone who can reach it may see the models, with the rows and names that they are shown. */
  readonly public?: boolean | undefined
  /** Further names under which it is reached, such as those of a proxy; they need a `token` or `public: true`. */
  readonly allowHosts?: readonly string[] | undefined
  /** The origins of other pages that may connect, use the endpoints, and show this page in a frame: `https://example.org`. */
  readonly allowOrigins?: readonly string[] | undefined
  /** The largest number of frames, and of messages of each kind, per second. Default: 20. */
  readonly maxHz?: number | undefined
  /** The folder of the page. Default: the page of this package. */
  readonly page?: string | undefined
  /** The largest number of clients. Default: 1000. */
  readonly maxClients?: number | undefined
  /**
   * The time that a client has to read what was sent; then it is closed with code 4008. Clients are asked once a
   * second, by a ping, and are sent nothing more until they answer. Default: 10,000.
   */
  readonly slowMs?: number | undefined
  /** The time after which a client that has sent no hello is closed. Default: 5,000. */
  readonly helloMs?: number | undefined
  /** Is told of clients, refused requests and the models' events, as a logger of pino is. Default: none. */
  readonly logger?: Logger | undefined
  /** The number that identifies this run, below 2³². Default: the seconds since 1970. */
  readonly epoch?: number | undefined
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
   * The number of connections that were refused because of their Host, Origin, path or token, or because there were too
   * many.
   */
  readonly refused: number
}

/** A server of a page and a WebSocket that show models while they learn. */
export interface Server {
  /**
   * The URL of the page, which `connect(url)` takes as well; that of a `server` of your own is at localhost. It does
   * not contain the token, so that it can be printed.
   */
  readonly url: string
  /** The port; 0 while a `server` of your own does not listen. */
  readonly port: number
  readonly counters: ServerCounters
  /**
   * Tells the server that the model has taken a step. It costs a few nanoseconds, unless a frame is due: then the model
   * is copied here, at the step boundary. Frames take at most a tenth of the time. The last state is sent without a
   * further call. Returns true if a state has been sent since the last call, either by this call or by a timer, or
   * would have been if there were clients; then is the moment to `show` what belongs to it.
   *
   * @throws UnknownModelError if the server was not given that model
   */
  publish(model: Served): boolean
  /**
   * Shows a small message beside the model's frames: an evaluation, a sample or an event. The newest of each kind is
   * sent, at most `maxHz` times a second, and texts of more than 200 characters are cut. The events that the model
   * raises and the status are shown without this call. The evaluations, samples and events of the last five minutes are
   * kept, up to 300, 2,000 and 60 of them, for clients that come later.
   *
   * @throws UnknownModelError if the server was not given that model; MessageError if the message is not valid
   */
  show(model: Served, message: Shown): void
  /**
   * Serves one model more, such as one whose columns are known only once its first rows have come.
   *
   * @throws TypeError if it is no model, if the name or the model is served already, or if the server is closed
   */
  add(name: string, model: Served): void
  /**
   * Passes rows on to `fromRows`, and waits while the model is paused by `POST control/NAME { "paused": true }`. Rows that
   * come meanwhile wait in their source.
   *
   * @throws UnknownModelError if the server was not given that model; TypeError for rows that cannot be iterated
   */
  pausable<T>(model: Served, rows: Iterable<T> | AsyncIterable<T>): AsyncIterable<T>
  /**
   * Answers a request for the page or an endpoint, at `path` or below, in a listener of your own; returns false for any
   * other request. It is needed only on a `server` of your own that has listeners for requests.
   */
  handle(request: HttpRequest, response: HttpResponse): boolean
  /**
   * Sends what is still waiting, then ends every connection. It leaves no timer, socket or listener. A `server` of your
   * own stays open.
   */
  close(): Promise<void>
}
